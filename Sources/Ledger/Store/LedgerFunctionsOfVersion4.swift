/// What PostgreSQL did by itself while all stations had one chain: ledgers of version 4 come with it, and leave it behind
/// when they are brought up to date (``LedgerFunctions``).
enum LedgerFunctionsOfVersion4 {
    static let all = [
        head, nextOrder, follow, entriesFollow, ordersAreNew, ordersTrigger, rowsTrigger,
    ]

    private static let head = """
        CREATE FUNCTION {schema}.ledger_head() RETURNS TABLE (seq bigint, hash text)
        LANGUAGE sql SECURITY DEFINER SET search_path = {schema}, pg_temp AS
        $$ SELECT h.seq, h.hash FROM head h WHERE h.id = 1 FOR UPDATE $$
        """

    private static let nextOrder = """
        CREATE FUNCTION {schema}.ledger_next_order(wanted text) RETURNS SETOF {schema}.orders
        LANGUAGE sql SECURITY DEFINER SET search_path = {schema}, pg_temp AS
        $$ SELECT * FROM orders WHERE batch = wanted AND state = 'waiting' ORDER BY sequence LIMIT 1
           FOR UPDATE SKIP LOCKED $$
        """

    private static let entriesFollow = """
        CREATE TRIGGER entries_follow AFTER INSERT ON entries
        FOR EACH ROW EXECUTE FUNCTION {schema}.ledger_follow()
        """

    /// Orders and rows set aside come with their batch's entry, in one transaction, and never after it.
    private static let ordersAreNew = """
        CREATE FUNCTION {schema}.ledger_rows_are_new() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
        BEGIN
            IF current_setting('transaction_isolation') <> 'read committed' THEN
                RAISE EXCEPTION 'orders are written in a transaction that is read committed' USING ERRCODE = 'HCL03';
            END IF;
            -- Whoever enrols holds this to the end: what is looked for below is there or will not come.
            PERFORM pg_advisory_xact_lock(7810440816);
            IF EXISTS (SELECT 1 FROM (SELECT DISTINCT batch FROM added) a JOIN batches b ON b.id = a.batch) THEN
                RAISE EXCEPTION 'the batch is enrolled already' USING ERRCODE = 'HCL03';
            END IF;
            IF TG_TABLE_NAME = 'orders' THEN
                IF EXISTS (SELECT 1 FROM added WHERE state <> 'waiting' OR holds_card <> 0 OR chip IS NOT NULL
                        OR entry <> 0 OR attempts <> 0) THEN
                    RAISE EXCEPTION 'an order begins as waiting' USING ERRCODE = 'HCL03';
                END IF;
            END IF;
            RETURN NULL;
        END $$
        """

    private static let ordersTrigger = trigger("orders")
    private static let rowsTrigger = trigger("set_aside_rows")

    private static func trigger(_ table: String) -> String {
        """
        CREATE TRIGGER \(table)_are_new AFTER INSERT ON \(table) REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION {schema}.ledger_rows_are_new()
        """
    }

    private static let follow = """
        CREATE FUNCTION {schema}.ledger_follow() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
        DECLARE
            former record;
            d jsonb;
            list jsonb;
            listed text;
            spent text;
        BEGIN
            SELECT h.seq, h.hash INTO former FROM head h WHERE h.id = 1 FOR UPDATE;
            IF NOT FOUND OR NEW.seq <> former.seq + 1 OR NEW.previous <> former.hash OR NEW.hash !~ '^[0-9a-f]{64}$' THEN
                RAISE EXCEPTION 'an entry follows the last one' USING ERRCODE = 'HCL02';
            END IF;
            UPDATE head SET seq = NEW.seq, hash = NEW.hash WHERE id = 1;
            d := NEW.detail::jsonb;
            CASE NEW.kind
            WHEN 'mention', 'seal', 'countersign' THEN
                NULL;
            WHEN 'station' THEN
                INSERT INTO stations (name, public_key, entry) VALUES (NEW.station, d->>'publicKey', NEW.seq);
            WHEN 'adopt' THEN
                UPDATE stations SET adopted = NEW.seq WHERE name = NEW.station;
                IF NOT FOUND THEN RAISE EXCEPTION 'adopt' USING ERRCODE = '40001'; END IF;
            WHEN 'enrol' THEN
                INSERT INTO batches (id, mode, profile, profile_digest, content_digest, orders, orders_digest, set_aside,
                    set_aside_digest, entry)
                VALUES (d->'batch'->>'id', d->'batch'->>'mode', d->'batch'->>'profile', d->'batch'->>'profileDigest',
                    d->'batch'->>'contentDigest', COALESCE((d->>'orders')::bigint, 0), d->>'ordersDigest',
                    COALESCE((d->>'setAside')::bigint, 0), d->>'setAsideDigest', NEW.seq);
            WHEN 'release' THEN
                INSERT INTO releases (digest, id, quota, used, entry)
                VALUES (d->'admission'->>'digest', d->'admission'->>'id', (d->'admission'->>'limit')::bigint, 0, NEW.seq)
                ON CONFLICT DO NOTHING;
                list := d->'admission'->'revocationList';
                listed := d->'admission'->>'authority';
            WHEN 'revocationList' THEN
                list := d->'seenList'->'list';
                listed := d->'seenList'->>'authority';
            WHEN 'authority' THEN
                INSERT INTO authorities (number, digest, document, entry)
                VALUES ((d->'authority'->>'number')::bigint, d->'authority'->>'digest', d->'authority'->>'document',
                    NEW.seq);
            WHEN 'run' THEN
                INSERT INTO runs (id, batch, station, ended, release_digest)
                VALUES (NEW.seq, NEW.batch, NEW.station, NULL, d->'run'->>'releaseDigest');
            WHEN 'endRun' THEN
                UPDATE runs SET ended = NEW.seq WHERE id = NEW.run;
                IF NOT FOUND THEN RAISE EXCEPTION 'endRun' USING ERRCODE = '40001'; END IF;
            WHEN 'begin' THEN
                UPDATE orders SET state = 'inWork', holds_card = 1, attempts = attempts + 1, chip = NEW.chip,
                    entry = NEW.seq
                WHERE batch = NEW.batch AND sequence = (d->>'sequence')::bigint AND state = 'waiting';
                IF NOT FOUND THEN RAISE EXCEPTION 'begin' USING ERRCODE = '40001'; END IF;
                IF d->>'release' IS DISTINCT FROM (SELECT release_digest FROM runs WHERE id = NEW.run) THEN
                    RAISE EXCEPTION 'the release is not that of the run' USING ERRCODE = 'HCL02';
                END IF;
                IF d->>'release' IS NOT NULL THEN
                    UPDATE releases SET used = used + 1
                    WHERE digest = d->>'release' AND (quota IS NULL OR used < quota);
                    IF NOT FOUND THEN RAISE EXCEPTION 'begin' USING ERRCODE = '40001'; END IF;
                END IF;
                INSERT INTO chips (serial, state, attempt, batch, sequence, run, entry, release_digest, counted)
                VALUES (NEW.chip, 'open', NEW.seq, NEW.batch, (d->>'sequence')::bigint, NEW.run, NEW.seq, d->>'release',
                    CASE WHEN d->>'release' IS NULL THEN 0 ELSE 1 END)
                ON CONFLICT (serial) DO UPDATE SET state = 'open', attempt = excluded.attempt, batch = excluded.batch,
                    sequence = excluded.sequence, run = excluded.run, entry = excluded.entry,
                    release_digest = excluded.release_digest, counted = excluded.counted
                WHERE chips.state = 'unused';
                IF NOT FOUND THEN RAISE EXCEPTION 'begin' USING ERRCODE = '40001'; END IF;
            WHEN 'resume' THEN
                UPDATE chips SET run = NEW.run
                WHERE serial = NEW.chip AND state = 'open' AND attempt = (d->>'attempt')::bigint;
                IF NOT FOUND THEN RAISE EXCEPTION 'resume' USING ERRCODE = '40001'; END IF;
            WHEN 'made', 'failed' THEN
                IF NEW.kind = 'failed' AND d->>'chipFate' IS DISTINCT FROM 'spoiled' THEN
                    UPDATE releases SET used = used - 1
                    WHERE digest = (SELECT release_digest FROM chips WHERE serial = NEW.chip AND counted = 1);
                    UPDATE chips SET counted = 0 WHERE serial = NEW.chip;
                END IF;
                UPDATE chips SET state = CASE WHEN NEW.kind = 'made' THEN 'made'
                    WHEN d->>'chipFate' = 'unused' THEN 'unused' ELSE 'rejected' END, entry = NEW.seq
                WHERE serial = NEW.chip AND state = 'open' AND attempt = (d->>'attempt')::bigint;
                IF NOT FOUND THEN RAISE EXCEPTION '%', NEW.kind USING ERRCODE = '40001'; END IF;
                UPDATE orders SET state = CASE WHEN NEW.kind = 'made' THEN 'made'
                    WHEN d->>'orderFate' = 'rejected' THEN 'rejected' ELSE 'waiting' END,
                    holds_card = CASE WHEN NEW.kind = 'made' THEN 1 ELSE 0 END, entry = NEW.seq
                WHERE batch = NEW.batch AND sequence = (d->>'sequence')::bigint AND chip = NEW.chip;
                IF NOT FOUND THEN RAISE EXCEPTION '%', NEW.kind USING ERRCODE = '40001'; END IF;
            WHEN 'reject' THEN
                INSERT INTO chips (serial, state, attempt, batch, sequence, run, entry)
                VALUES (NEW.chip, 'rejected', NULL, NEW.batch, NULL, NEW.run, NEW.seq)
                ON CONFLICT (serial) DO UPDATE SET state = 'rejected', attempt = NULL, batch = excluded.batch,
                    sequence = NULL, run = excluded.run, entry = excluded.entry
                WHERE chips.state = 'unused';
                IF NOT FOUND THEN RAISE EXCEPTION 'reject' USING ERRCODE = '40001'; END IF;
            WHEN 'void' THEN
                UPDATE chips SET state = 'void', entry = NEW.seq
                WHERE serial = NEW.chip AND state IN ('open', 'made');
                IF NOT FOUND THEN RAISE EXCEPTION 'void' USING ERRCODE = '40001'; END IF;
                UPDATE orders SET state = CASE WHEN d->>'orderFate' = 'waiting' THEN 'waiting' ELSE 'made' END,
                    holds_card = 0, entry = NEW.seq
                WHERE batch = NEW.batch AND sequence = (d->>'sequence')::bigint AND chip = NEW.chip;
                IF NOT FOUND THEN RAISE EXCEPTION 'void' USING ERRCODE = '40001'; END IF;
            WHEN 'destroy' THEN
                SELECT release_digest INTO spent FROM chips
                WHERE serial = NEW.chip AND counted = 1 AND state IN ('rejected', 'void');
                UPDATE releases SET used = used - 1 WHERE digest = spent;
                IF NOT FOUND THEN RAISE EXCEPTION 'destroy' USING ERRCODE = '40001'; END IF;
                UPDATE chips SET counted = 0 WHERE serial = NEW.chip;
            ELSE
                RAISE EXCEPTION 'no entry is of this kind' USING ERRCODE = 'HCL02';
            END CASE;
            IF list IS NOT NULL AND list <> 'null'::jsonb THEN
                INSERT INTO revocation_lists (authority, number, digest, entry)
                VALUES (listed, (list->>'number')::bigint, list->>'digest', NEW.seq)
                ON CONFLICT (authority) DO UPDATE SET number = excluded.number, digest = excluded.digest,
                    entry = excluded.entry
                WHERE revocation_lists.number <= excluded.number;
                IF NOT FOUND THEN RAISE EXCEPTION 'revocationList' USING ERRCODE = '40001'; END IF;
            END IF;
            RETURN NULL;
        END $$
        """
}
