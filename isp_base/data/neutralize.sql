-- A copy of the database knows no secret of routers and subscribers.
DELETE FROM isp_vault;
