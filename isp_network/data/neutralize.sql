-- A copy of the database talks to no router and lets nobody log in.
UPDATE isp_router SET use_radius = false, use_api = false,
    radius_secret = substr(md5(random()::text), 1, 32);
UPDATE isp_radius_server SET active = false,
    secret = substr(md5(random()::text), 1, 32);
DELETE FROM isp_radius_client;
DELETE FROM isp_radius_user;
DELETE FROM ir_config_parameter WHERE key = 'isp_network.radius_role_password';
