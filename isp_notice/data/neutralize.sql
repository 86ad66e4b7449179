-- A copy of the database writes to nobody: its numbers are paused and know no token
-- (what the vault held is forgotten by isp_base), and links in messages open nothing.
UPDATE isp_notice_gateway SET state = 'paused', hook_key = NULL;
UPDATE isp_notice_message SET state = 'cancelled', next_on = NULL
    WHERE state IN ('waiting', 'sending') AND channel <> 'email';
UPDATE isp_notice_message SET next_on = NULL WHERE next_on IS NOT NULL;
UPDATE isp_notice_broadcast SET state = 'stopped' WHERE state = 'running';
