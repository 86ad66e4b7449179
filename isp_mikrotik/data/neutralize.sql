-- A copy of the database talks to no router.
UPDATE isp_router SET api_user = NULL;
