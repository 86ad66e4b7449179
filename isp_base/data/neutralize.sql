-- A copy of the database knows no secret of routers and subscribers.
DELETE FROM isp_vault;
-- What waited in the original is done there.
UPDATE queue_job SET state = 'cancelled', date_cancelled = now() AT TIME ZONE 'UTC'
    WHERE state IN ('pending', 'wait_dependencies', 'enqueued', 'started');
DELETE FROM ir_config_parameter WHERE key = 'isp_base.backup_at';
