-- What the router that asks is answered: by the vendor of the address that its packet
-- comes from. Columns are named, never *: tables gain some while this is prepared.
PREPARE isp_check(text, text) AS
    SELECT item.number, u.username, item.value->>0,
        CASE WHEN item.value->>0 = '@class_item'
            THEN coalesce(u.replies->c.vendor->>'class', item.value->>2)
            ELSE item.value->>2 END,
        item.value->>1
    FROM isp_radius_user u
        LEFT JOIN isp_radius_client c ON c.address = $2::inet,
        jsonb_array_elements(u.check_items) WITH ORDINALITY AS item (value, number)
    WHERE u.username = $1;

PREPARE isp_reply(text, text) AS
    SELECT item.number, u.username, item.value->>0, item.value->>2, item.value->>1
    FROM isp_radius_user u
        LEFT JOIN isp_radius_client c ON c.address = $2::inet,
        jsonb_array_elements(coalesce(u.replies->c.vendor->'items', u.reply_items))
            WITH ORDINALITY AS item (value, number)
    WHERE u.username = $1;

PREPARE isp_client(text) AS
    SELECT router_id || CASE WHEN require_message_auth THEN ' yes ' ELSE ' no ' END
        || secret
    FROM isp_radius_client WHERE address = $1::inet;

-- Sessions elsewhere: of the same device it is the one that a power cut left open,
-- and one that was not heard of for a quarter of an hour is over.
PREPARE isp_online(text, text) AS
    SELECT count(*) FROM isp_radacct
    WHERE username = $1 AND stopped_at IS NULL
        AND mac IS DISTINCT FROM CASE
            WHEN $2 ~* '^([0-9a-f]{2}[-:.]?){5}[0-9a-f]{2}$'
            THEN upper(translate($2, '-:.', '')::macaddr::text) ELSE upper($2) END
        AND updated_at > now() AT TIME ZONE 'UTC' - interval '@stale_minutes minutes';

-- Whatever comes, lost, doubled or in another order, ends in the same row. Times are
-- this server's: a router's clock may be wrong by years. One whose end its router has
-- not told (a guess of ours) and that speaks again is open again. A
-- router without Class that counts its sessions anew is known by one of that number
-- having ended before; what comes then is of another row, but for a start that its own
-- end has overtaken.
PREPARE isp_account(text, text, text, text, text, text, text, text, text, text,
        bigint, bigint, bigint, bigint, bigint, bigint, text, text, text) AS
    WITH packet AS (
        SELECT now() AT TIME ZONE 'UTC'
                - make_interval(secs => least(greatest($11, 0), 86400)) AS at,
            (SELECT service_id FROM isp_radius_user WHERE username = $4) AS service_id,
            coalesce((SELECT router_id FROM isp_radius_client
                WHERE address = $5::inet), 0) AS router_id,
            CASE WHEN $9 ~* '^([0-9a-f]{2}[-:.]?){5}[0-9a-f]{2}$'
                THEN upper(translate($9, '-:.', '')::macaddr::text) ELSE nullif(upper($9), '') END AS mac
    ), known AS (
        SELECT s.unique_id, s.id, CASE WHEN $1 = 'Start'
                THEN s.stopped_at < packet.at - CASE
                    WHEN s.terminate_cause IN ('Stale', 'Superseded', 'NAS-Reboot', 'Freed')
                    THEN interval '0' ELSE interval '10 seconds' END
                ELSE $12 > 0 AND s.stopped_at < packet.at - make_interval(secs => $12)
            END AS is_other
        FROM packet, isp_radacct s
        WHERE $18 = '' AND s.service_id = packet.service_id AND s.session_id = $3
            AND s.router_id = packet.router_id
            AND (s.unique_id = $2 OR starts_with(s.unique_id, $2 || ':'))
        ORDER BY s.id DESC LIMIT 1
    ), session AS (
        INSERT INTO isp_radacct AS s (unique_id, session_id, username, service_id,
            router_id, nas_address, nas_port, called_station, mac, address,
            started_at, updated_at, stopped_at, seconds, bytes_in, bytes_out,
            terminate_cause, class, sent_name)
        SELECT coalesce((SELECT CASE WHEN is_other THEN $2 || ':' || id
                ELSE unique_id END FROM known), $2),
            $3, $4, packet.service_id, packet.router_id,
            nullif($6, '')::inet, nullif($7, ''), nullif($8, ''),
            packet.mac, nullif($10, '')::inet,
            packet.at - make_interval(secs => $12), packet.at,
            CASE WHEN $1 = 'Stop' THEN packet.at END,
            $12, ($13 << 32) | $14, ($15 << 32) | $16, nullif($17, ''), nullif($18, ''),
            nullif($19, '')
        FROM packet
        ON CONFLICT (unique_id) DO UPDATE SET
            updated_at = greatest(s.updated_at, excluded.updated_at),
            stopped_at = CASE WHEN s.terminate_cause IN ('Stale', 'Superseded', 'NAS-Reboot', 'Freed')
                    AND excluded.updated_at > s.stopped_at
                THEN excluded.stopped_at
                ELSE coalesce(s.stopped_at, excluded.stopped_at) END,
            terminate_cause = CASE WHEN s.terminate_cause IN ('Stale', 'Superseded', 'NAS-Reboot', 'Freed')
                    AND excluded.updated_at > s.stopped_at
                THEN excluded.terminate_cause
                ELSE coalesce(s.terminate_cause, excluded.terminate_cause) END,
            mac = coalesce(excluded.mac, s.mac),
            address = coalesce(excluded.address, s.address),
            seconds = greatest(s.seconds, excluded.seconds),
            bytes_in = greatest(s.bytes_in, excluded.bytes_in),
            bytes_out = greatest(s.bytes_out, excluded.bytes_out)
        RETURNING id, username, mac, started_at, xmax = 0 AS fresh
    ), left_open AS (
        UPDATE isp_radacct old SET stopped_at = old.updated_at,
            terminate_cause = 'Superseded'
        FROM session
        WHERE session.fresh AND old.username = session.username
            AND old.stopped_at IS NULL AND old.id != session.id
            AND old.started_at <= session.started_at
            AND (old.mac IS NOT DISTINCT FROM session.mac
                OR old.updated_at
                    < now() AT TIME ZONE 'UTC' - interval '@stale_minutes minutes')
    )
    SELECT id FROM session;

-- What nearly all packets are: an interim update of a session that is open. It is what
-- isp_account would do, for a third of its cost.
PREPARE isp_interim(text, text, text, bigint, bigint, bigint, bigint, bigint, bigint) AS
    UPDATE isp_radacct SET
        updated_at = greatest(updated_at, now() AT TIME ZONE 'UTC'
            - make_interval(secs => least(greatest($4, 0), 86400))),
        mac = coalesce(CASE WHEN $2 ~* '^([0-9a-f]{2}[-:.]?){5}[0-9a-f]{2}$'
            THEN upper(translate($2, '-:.', '')::macaddr::text) ELSE nullif(upper($2), '') END, mac),
        address = coalesce(nullif($3, '')::inet, address),
        seconds = greatest(seconds, $5),
        bytes_in = greatest(bytes_in, ($6 << 32) | $7),
        bytes_out = greatest(bytes_out, ($8 << 32) | $9)
    WHERE unique_id = $1 AND stopped_at IS NULL;

-- The router has started: none of its sessions lives.
PREPARE isp_reboot(text, bigint) AS
    UPDATE isp_radacct SET
        stopped_at = greatest(updated_at, now() AT TIME ZONE 'UTC'
            - make_interval(secs => least(greatest($2, 0), 86400))),
        terminate_cause = 'NAS-Reboot'
    WHERE stopped_at IS NULL
        AND started_at < now() AT TIME ZONE 'UTC'
            - make_interval(secs => least(greatest($2, 0), 86400))
        AND router_id = (SELECT router_id FROM isp_radius_client
            WHERE address = $1::inet);

-- One row an hour for all tries of a kind.
PREPARE isp_login(text, text, text, text, text) AS
    INSERT INTO isp_radpostauth AS l
        (hour, username, router_id, reason, last_at, mac, signed)
    VALUES (date_trunc('hour', now() AT TIME ZONE 'UTC'), $1,
        coalesce((SELECT router_id FROM isp_radius_client
            WHERE address = $2::inet), 0),
        $3, now() AT TIME ZONE 'UTC', CASE
            WHEN $4 ~* '^([0-9a-f]{2}[-:.]?){5}[0-9a-f]{2}$'
            THEN upper(translate($4, '-:.', '')::macaddr::text) ELSE nullif(upper($4), '') END, $5 != '')
    ON CONFLICT (username, hour, router_id, reason) DO UPDATE SET
        tries = l.tries + 1, last_at = excluded.last_at, mac = excluded.mac,
        signed = l.signed AND excluded.signed;

SET plan_cache_mode = force_generic_plan;
SET statement_timeout = '5s';
