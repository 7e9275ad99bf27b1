-- A ledger of resident health cards, version 5: run by the role that is to own it, which
-- no station uses.
--     psql -v ON_ERROR_STOP=1 -v station=ROLE -f ledger.sql postgres://OWNER@HOST/DATABASE
-- The stations' role (CREATE ROLE … LOGIN) reads, adds entries, draws their numbers, and calls a few functions; the rest follows.
-- Docs/ledger.md says more.
BEGIN;
SET LOCAL search_path = public;
CREATE TABLE schema_version (version BIGINT NOT NULL);
INSERT INTO schema_version (version) VALUES (0);
CREATE TABLE entries (
    seq BIGINT PRIMARY KEY CHECK (seq > 0), time TEXT NOT NULL, station TEXT NOT NULL, run BIGINT NOT NULL,
    kind TEXT NOT NULL, batch TEXT NOT NULL, id_number TEXT NOT NULL, chip TEXT NOT NULL, lane TEXT NOT NULL,
    detail TEXT NOT NULL, request TEXT NOT NULL UNIQUE, previous TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TABLE head (id BIGINT PRIMARY KEY CHECK (id = 1), seq BIGINT NOT NULL, hash TEXT NOT NULL);
INSERT INTO head (id, seq, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE stations (name TEXT PRIMARY KEY, public_key TEXT NOT NULL UNIQUE, entry BIGINT NOT NULL);
CREATE TABLE batches (
    id TEXT PRIMARY KEY, mode TEXT NOT NULL, profile TEXT NOT NULL, profile_digest TEXT NOT NULL,
    content_digest TEXT NOT NULL, orders BIGINT NOT NULL, orders_digest TEXT NOT NULL,
    set_aside BIGINT NOT NULL, set_aside_digest TEXT NOT NULL, entry BIGINT NOT NULL);
CREATE TABLE orders (
    batch TEXT NOT NULL REFERENCES batches (id) DEFERRABLE INITIALLY DEFERRED, sequence BIGINT NOT NULL,
    id_number TEXT NOT NULL, row_number BIGINT NOT NULL, row_offset BIGINT NOT NULL,
    collection_point TEXT NOT NULL, replacement_reason TEXT, digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'inWork', 'made', 'rejected', 'setAside')),
    holds_card BIGINT NOT NULL CHECK (holds_card IN (0, 1)), chip TEXT, entry BIGINT NOT NULL,
    PRIMARY KEY (batch, sequence), UNIQUE (batch, id_number));
CREATE UNIQUE INDEX orders_one_card ON orders (id_number) WHERE holds_card = 1;
CREATE UNIQUE INDEX orders_one_open ON orders (id_number) WHERE state IN ('waiting', 'inWork');
CREATE INDEX orders_waiting ON orders (batch, sequence) WHERE state = 'waiting';
CREATE TABLE set_aside_rows (
    batch TEXT NOT NULL REFERENCES batches (id) DEFERRABLE INITIALLY DEFERRED, position BIGINT NOT NULL,
    row_number BIGINT NOT NULL, id_number TEXT, code TEXT NOT NULL, reason TEXT NOT NULL,
    digest TEXT NOT NULL, PRIMARY KEY (batch, position));
CREATE TABLE chips (
    serial TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('open', 'made', 'rejected', 'void', 'unused')),
    attempt BIGINT, batch TEXT NOT NULL, sequence BIGINT, run BIGINT NOT NULL, entry BIGINT NOT NULL);
CREATE TABLE runs (
    id BIGINT PRIMARY KEY, batch TEXT NOT NULL, station TEXT NOT NULL, ended BIGINT);
CREATE FUNCTION entries_are_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'entries are never changed' USING ERRCODE = 'HCL01'; END $$;
CREATE TRIGGER entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
FOR EACH STATEMENT EXECUTE FUNCTION public.entries_are_kept();
UPDATE schema_version SET version = 1;
CREATE INDEX entries_person ON entries (id_number, seq) WHERE id_number <> '';
CREATE INDEX entries_chip ON entries (chip, seq) WHERE chip <> '';
CREATE INDEX orders_state ON orders (batch, state, sequence);
CREATE INDEX orders_person ON orders (id_number);
CREATE INDEX chips_batch ON chips (batch, state);
ALTER TABLE orders ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
UPDATE orders SET attempts = (SELECT COUNT(*) FROM entries
    WHERE kind = 'begin' AND entries.batch = orders.batch AND entries.id_number = orders.id_number);
UPDATE schema_version SET version = 2;
ALTER TABLE runs ADD COLUMN release_digest TEXT;
ALTER TABLE chips ADD COLUMN release_digest TEXT;
CREATE TABLE releases (
    digest TEXT PRIMARY KEY, id TEXT NOT NULL, quota BIGINT, used BIGINT NOT NULL CHECK (used >= 0),
    entry BIGINT NOT NULL);
CREATE TABLE revocation_lists (
    authority TEXT PRIMARY KEY, number BIGINT NOT NULL, digest TEXT NOT NULL, entry BIGINT NOT NULL);
UPDATE schema_version SET version = 3;
ALTER TABLE stations ADD COLUMN adopted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN content_digest TEXT;
ALTER TABLE chips ADD COLUMN counted BIGINT NOT NULL DEFAULT 0;
UPDATE chips SET counted = 1 WHERE release_digest IS NOT NULL AND state IN ('open', 'made', 'void');
CREATE TABLE authorities (
    number BIGINT PRIMARY KEY CHECK (number > 0), digest TEXT NOT NULL UNIQUE, document TEXT NOT NULL,
    entry BIGINT NOT NULL);
CREATE FUNCTION public.ledger_head() RETURNS TABLE (seq bigint, hash text)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT h.seq, h.hash FROM head h WHERE h.id = 1 FOR UPDATE $$;
CREATE FUNCTION public.ledger_next_order(wanted text) RETURNS SETOF public.orders
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT * FROM orders WHERE batch = wanted AND state = 'waiting' ORDER BY sequence LIMIT 1
   FOR UPDATE SKIP LOCKED $$;
CREATE FUNCTION public.ledger_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
END $$;
CREATE TRIGGER entries_follow AFTER INSERT ON entries
FOR EACH ROW EXECUTE FUNCTION public.ledger_follow();
CREATE FUNCTION public.ledger_rows_are_new() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
END $$;
CREATE TRIGGER orders_are_new AFTER INSERT ON orders REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_rows_are_new();
CREATE TRIGGER set_aside_rows_are_new AFTER INSERT ON set_aside_rows REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_rows_are_new();
UPDATE schema_version SET version = 4;
CREATE TABLE heads (
    station TEXT PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL, since BIGINT NOT NULL);
INSERT INTO heads (station, seq, hash, since) SELECT '', seq, hash, 0 FROM head;
INSERT INTO heads (station, seq, hash, since) SELECT station, seq, hash, 1 FROM entries WHERE 1 = (SELECT seq FROM head);
DROP TABLE head;
ALTER TABLE runs ADD COLUMN places BIGINT NOT NULL DEFAULT 0 CHECK (places >= 0);
CREATE SEQUENCE public.entries_number;
SELECT setval('public.entries_number', GREATEST(1, (SELECT seq FROM heads WHERE station = '')));
DROP FUNCTION public.ledger_head();
CREATE FUNCTION public.ledger_head(wanted text) RETURNS TABLE (seq bigint, hash text, since bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT h.seq, h.hash, h.since FROM heads h WHERE h.station = wanted FOR UPDATE $$;
CREATE FUNCTION public.ledger_hold_release(wanted text) RETURNS TABLE (quota bigint, used bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT r.quota, r.used FROM releases r WHERE r.digest = wanted FOR UPDATE $$;
CREATE FUNCTION public.ledger_hold_run(wanted bigint) RETURNS TABLE (places bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT r.places FROM runs r WHERE r.id = wanted FOR UPDATE $$;
CREATE FUNCTION public.ledger_claim(wanted text, most bigint, behind bigint, spent bigint[])
RETURNS TABLE (batch text, sequence bigint, id_number text, row_number bigint, row_offset bigint,
    collection_point text, replacement_reason text, content_digest text, attempts bigint, entry bigint,
    holders bigint)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
END $$;
CREATE OR REPLACE FUNCTION public.ledger_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
END $$;
UPDATE schema_version SET version = 5;
REVOKE ALL ON FUNCTION public.ledger_head(text), public.ledger_next_order(text), public.ledger_hold_release(text), public.ledger_hold_run(bigint), public.ledger_claim(text, bigint, bigint, bigint[]), public.ledger_follow(), public.ledger_rows_are_new(), public.entries_are_kept() FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"station";
GRANT SELECT ON public.entries, public.heads, public.schema_version, public.stations, public.batches, public.orders, public.set_aside_rows, public.chips, public.runs, public.releases, public.revocation_lists, public.authorities TO :"station";
GRANT INSERT ON public.entries, public.orders, public.set_aside_rows TO :"station";
GRANT EXECUTE ON FUNCTION public.ledger_head(text), public.ledger_next_order(text), public.ledger_hold_release(text), public.ledger_hold_run(bigint), public.ledger_claim(text, bigint, bigint, bigint[]) TO :"station";
GRANT USAGE, SELECT ON SEQUENCE public.entries_number TO :"station";
COMMIT;
