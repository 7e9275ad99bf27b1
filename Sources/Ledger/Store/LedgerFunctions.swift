/// What PostgreSQL does by itself, with the rights of the ledger's owner: stations add entries, and everything else
/// follows from those (``Projection`` says the same in Swift, for SQLite and for verification).
///
/// `{schema}` is replaced by the schema's name. Functions look for their tables there and nowhere else, whoever calls.
enum LedgerFunctions {
    /// What takes the place of version 4's.
    static let chains = ["DROP FUNCTION {schema}.ledger_head()", head, holdRelease, holdRun, claim, follow]

    /// Functions that stations call, with their arguments.
    static let called = [
        "ledger_head(text)", "ledger_next_order(text)", "ledger_hold_release(text)", "ledger_hold_run(bigint)",
        "ledger_claim(text, bigint, bigint, bigint[])",
    ]
    /// Functions that triggers call.
    static let triggered = ["ledger_follow()", "ledger_rows_are_new()", "entries_are_kept()"]

    /// The last entry of a station, held until the end of the transaction; that of the root, by the name ''.
    private static let head = """
        CREATE FUNCTION {schema}.ledger_head(wanted text) RETURNS TABLE (seq bigint, hash text, since bigint)
        LANGUAGE sql SECURITY DEFINER SET search_path = {schema}, pg_temp AS
        $$ SELECT h.seq, h.hash, h.since FROM heads h WHERE h.station = wanted FOR UPDATE $$
        """

    private static let holdRelease = """
        CREATE FUNCTION {schema}.ledger_hold_release(wanted text) RETURNS TABLE (quota bigint, used bigint)
        LANGUAGE sql SECURITY DEFINER SET search_path = {schema}, pg_temp AS
        $$ SELECT r.quota, r.used FROM releases r WHERE r.digest = wanted FOR UPDATE $$
        """

    private static let holdRun = """
        CREATE FUNCTION {schema}.ledger_hold_run(wanted bigint) RETURNS TABLE (places bigint)
        LANGUAGE sql SECURITY DEFINER SET search_path = {schema}, pg_temp AS
        $$ SELECT r.places FROM runs r WHERE r.id = wanted FOR UPDATE $$
        """

    /// Takes waiting orders for a session, so that other sessions pass them over; what it took before and is done with
    /// it gives back. The server gives back the rest with the session, however that ends.
    private static let claim = """
        CREATE FUNCTION {schema}.ledger_claim(wanted text, most bigint, behind bigint, spent bigint[])
        RETURNS TABLE (batch text, sequence bigint, id_number text, row_number bigint, row_offset bigint,
            collection_point text, replacement_reason text, content_digest text, attempts bigint, entry bigint,
            holders bigint)
        LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
        #variable_conflict use_column
        DECLARE
            o orders;
            taken bigint := 0;
        BEGIN
            PERFORM pg_advisory_unlock(hashtext(wanted), s::int) FROM unnest(spent) s;
            FOR o IN SELECT * FROM orders WHERE batch = wanted AND state = 'waiting' AND sequence > behind
                    ORDER BY sequence LOOP
                EXIT WHEN taken >= most;
                IF pg_try_advisory_lock(hashtext(wanted), o.sequence::int) THEN
                    -- Whoever had it may just have begun it.
                    IF EXISTS (SELECT 1 FROM orders WHERE batch = wanted AND sequence = o.sequence AND state = 'waiting') THEN
                        taken := taken + 1;
                        RETURN QUERY SELECT o.batch, o.sequence, o.id_number, o.row_number, o.row_offset,
                            o.collection_point, o.replacement_reason, o.content_digest, o.attempts, o.entry,
                            (SELECT COUNT(*) FROM orders WHERE id_number = o.id_number AND holds_card = 1);
                    ELSE
                        PERFORM pg_advisory_unlock(hashtext(wanted), o.sequence::int);
                    END IF;
                END IF;
            END LOOP;
        END $$
        """

    private static let follow = """
        CREATE OR REPLACE FUNCTION {schema}.ledger_follow() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
        DECLARE
            former record;
            d jsonb;
            list jsonb;
            listed text;
            spent text;
            held bigint;
        BEGIN
            d := NEW.detail::jsonb;
            IF NEW.station = '' OR NEW.hash !~ '^[0-9a-f]{64}$' THEN
                RAISE EXCEPTION 'an entry has a station and a hash' USING ERRCODE = 'HCL02';
            END IF;
            SELECT h.seq, h.hash, h.since INTO former FROM heads h WHERE h.station = NEW.station FOR UPDATE;
            IF FOUND THEN
                -- Another process of the station may have been first: whoever asked looks again.
                IF NEW.seq <= former.seq OR NEW.previous <> former.hash THEN
                    RAISE EXCEPTION 'an entry follows the last one of its station' USING ERRCODE = '40001';
                END IF;
                IF former.since + 1 >= 1000 AND NOT d ? 'heads' THEN
                    RAISE EXCEPTION 'a station names the heads of the others' USING ERRCODE = 'HCL02';
                END IF;
                UPDATE heads SET seq = NEW.seq, hash = NEW.hash,
                    since = CASE WHEN d ? 'heads' THEN 0 ELSE former.since + 1 END
                WHERE station = NEW.station;
            ELSE
                SELECT h.seq, h.hash INTO former FROM heads h WHERE h.station = '' FOR UPDATE;
                IF NOT FOUND OR NEW.previous <> former.hash OR NEW.seq <= former.seq THEN
                    RAISE EXCEPTION 'a chain begins from the root' USING ERRCODE = '40001';
                END IF;
                IF former.seq = 0 THEN
                    IF NEW.seq <> 1 THEN
                        RAISE EXCEPTION 'the first entry is number 1' USING ERRCODE = 'HCL02';
                    END IF;
                    UPDATE heads SET seq = 1, hash = NEW.hash WHERE station = '';
                END IF;
                INSERT INTO heads (station, seq, hash, since)
                VALUES (NEW.station, NEW.seq, NEW.hash, CASE WHEN d ? 'heads' THEN 0 ELSE 1 END);
            END IF;
            IF NEW.seq > (SELECT last_value FROM entries_number) THEN
                RAISE EXCEPTION 'the number was not drawn' USING ERRCODE = 'HCL02';
            END IF;
            CASE NEW.kind
            WHEN 'mention', 'seal', 'countersign', 'heads' THEN
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
                IF NOT FOUND AND EXISTS (SELECT 1 FROM releases
                        WHERE digest = d->'admission'->>'digest' AND entry > NEW.seq) THEN
                    RAISE EXCEPTION 'release' USING ERRCODE = '40001';
                END IF;
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
                SELECT release_digest, places INTO spent, held FROM runs WHERE id = NEW.run FOR UPDATE;
                IF NOT FOUND THEN RAISE EXCEPTION 'endRun' USING ERRCODE = '40001'; END IF;
                UPDATE runs SET ended = NEW.seq, places = 0 WHERE id = NEW.run;
                IF held > 0 THEN UPDATE releases SET used = used - held WHERE digest = spent; END IF;
            WHEN 'draw' THEN
                UPDATE releases SET used = used + (d->>'places')::bigint
                WHERE digest = (SELECT release_digest FROM runs WHERE id = NEW.run) AND (d->>'places')::bigint > 0
                    AND (quota IS NULL OR used + (d->>'places')::bigint <= quota);
                IF NOT FOUND THEN RAISE EXCEPTION 'draw' USING ERRCODE = '40001'; END IF;
                UPDATE runs SET places = places + (d->>'places')::bigint WHERE id = NEW.run;
            WHEN 'giveBack' THEN
                UPDATE runs SET places = places - (d->>'places')::bigint
                WHERE id = (d->>'fromRun')::bigint AND (d->>'places')::bigint > 0
                    AND places >= (d->>'places')::bigint
                RETURNING release_digest INTO spent;
                IF NOT FOUND THEN RAISE EXCEPTION 'giveBack' USING ERRCODE = '40001'; END IF;
                UPDATE releases SET used = used - (d->>'places')::bigint WHERE digest = spent;
            WHEN 'begin' THEN
                UPDATE orders SET state = 'inWork', holds_card = 1, attempts = attempts + 1, chip = NEW.chip,
                    entry = NEW.seq
                WHERE batch = NEW.batch AND sequence = (d->>'sequence')::bigint AND state = 'waiting'
                    AND entry < NEW.seq;
                IF NOT FOUND THEN RAISE EXCEPTION 'begin' USING ERRCODE = '40001'; END IF;
                SELECT release_digest INTO spent FROM runs WHERE id = NEW.run;
                IF d->>'release' IS DISTINCT FROM spent THEN
                    RAISE EXCEPTION 'the release is not that of the run' USING ERRCODE = 'HCL02';
                END IF;
                IF spent IS NOT NULL THEN
                    UPDATE runs SET places = places - 1 WHERE id = NEW.run AND places > 0;
                    IF NOT FOUND THEN RAISE EXCEPTION 'begin' USING ERRCODE = '40001'; END IF;
                END IF;
                INSERT INTO chips (serial, state, attempt, batch, sequence, run, entry, release_digest, counted)
                VALUES (NEW.chip, 'open', NEW.seq, NEW.batch, (d->>'sequence')::bigint, NEW.run, NEW.seq, spent,
                    CASE WHEN spent IS NULL THEN 0 ELSE 1 END)
                ON CONFLICT (serial) DO UPDATE SET state = 'open', attempt = excluded.attempt, batch = excluded.batch,
                    sequence = excluded.sequence, run = excluded.run, entry = excluded.entry,
                    release_digest = excluded.release_digest, counted = excluded.counted
                WHERE chips.state = 'unused' AND chips.entry < excluded.entry;
                IF NOT FOUND THEN RAISE EXCEPTION 'begin' USING ERRCODE = '40001'; END IF;
            WHEN 'resume' THEN
                UPDATE chips SET run = NEW.run
                WHERE serial = NEW.chip AND state = 'open' AND attempt = (d->>'attempt')::bigint AND entry < NEW.seq;
                IF NOT FOUND THEN RAISE EXCEPTION 'resume' USING ERRCODE = '40001'; END IF;
            WHEN 'made', 'failed' THEN
                IF NEW.kind = 'failed' AND d->>'chipFate' IS DISTINCT FROM 'spoiled' THEN
                    UPDATE releases SET used = used - 1
                    WHERE digest = (SELECT release_digest FROM chips WHERE serial = NEW.chip AND counted = 1);
                    UPDATE chips SET counted = 0 WHERE serial = NEW.chip;
                END IF;
                UPDATE chips SET state = CASE WHEN NEW.kind = 'made' THEN 'made'
                    WHEN d->>'chipFate' = 'unused' THEN 'unused' ELSE 'rejected' END, entry = NEW.seq
                WHERE serial = NEW.chip AND state = 'open' AND attempt = (d->>'attempt')::bigint AND entry < NEW.seq;
                IF NOT FOUND THEN RAISE EXCEPTION '%', NEW.kind USING ERRCODE = '40001'; END IF;
                UPDATE orders SET state = CASE WHEN NEW.kind = 'made' THEN 'made'
                    WHEN d->>'orderFate' = 'rejected' THEN 'rejected' ELSE 'waiting' END,
                    holds_card = CASE WHEN NEW.kind = 'made' THEN 1 ELSE 0 END, entry = NEW.seq
                WHERE batch = NEW.batch AND sequence = (d->>'sequence')::bigint AND chip = NEW.chip AND entry < NEW.seq;
                IF NOT FOUND THEN RAISE EXCEPTION '%', NEW.kind USING ERRCODE = '40001'; END IF;
            WHEN 'reject' THEN
                INSERT INTO chips (serial, state, attempt, batch, sequence, run, entry)
                VALUES (NEW.chip, 'rejected', NULL, NEW.batch, NULL, NEW.run, NEW.seq)
                ON CONFLICT (serial) DO UPDATE SET state = 'rejected', attempt = NULL, batch = excluded.batch,
                    sequence = NULL, run = excluded.run, entry = excluded.entry
                WHERE chips.state = 'unused' AND chips.entry < excluded.entry;
                IF NOT FOUND THEN RAISE EXCEPTION 'reject' USING ERRCODE = '40001'; END IF;
            WHEN 'void' THEN
                UPDATE chips SET state = 'void', entry = NEW.seq
                WHERE serial = NEW.chip AND state IN ('open', 'made') AND entry < NEW.seq;
                IF NOT FOUND THEN RAISE EXCEPTION 'void' USING ERRCODE = '40001'; END IF;
                UPDATE orders SET state = CASE WHEN d->>'orderFate' = 'waiting' THEN 'waiting' ELSE 'made' END,
                    holds_card = 0, entry = NEW.seq
                WHERE batch = NEW.batch AND sequence = (d->>'sequence')::bigint AND chip = NEW.chip AND entry < NEW.seq;
                IF NOT FOUND THEN RAISE EXCEPTION 'void' USING ERRCODE = '40001'; END IF;
            WHEN 'destroy' THEN
                SELECT release_digest INTO spent FROM chips
                WHERE serial = NEW.chip AND counted = 1 AND state IN ('rejected', 'void') AND entry < NEW.seq
                FOR UPDATE;
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
                WHERE revocation_lists.number <= excluded.number AND revocation_lists.entry < excluded.entry;
                IF NOT FOUND THEN RAISE EXCEPTION 'revocationList' USING ERRCODE = '40001'; END IF;
            END IF;
            RETURN NULL;
        END $$
        """
}
