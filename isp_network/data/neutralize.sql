-- A copy of the database talks to no router and lets nobody log in. What the vault held
-- is forgotten by isp_base.
UPDATE isp_router SET use_radius = false, use_api = false;
UPDATE isp_radius_server SET active = false;
DELETE FROM isp_radius_client;
DELETE FROM isp_radius_user;
DELETE FROM ir_config_parameter WHERE key = 'isp_network.radius_role_password';
