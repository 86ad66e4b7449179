-- Links and codes that the original sent open nothing here.
DELETE FROM isp_portal_claim;
DELETE FROM isp_portal_signup;
