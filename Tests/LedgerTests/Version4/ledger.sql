BEGIN TRANSACTION;
CREATE TABLE authorities (
    number INTEGER PRIMARY KEY CHECK (number > 0), digest TEXT NOT NULL UNIQUE, document TEXT NOT NULL,
    entry INTEGER NOT NULL) STRICT;
CREATE TABLE batches (
    id TEXT PRIMARY KEY, mode TEXT NOT NULL, profile TEXT NOT NULL, profile_digest TEXT NOT NULL,
    content_digest TEXT NOT NULL, orders INTEGER NOT NULL, orders_digest TEXT NOT NULL,
    set_aside INTEGER NOT NULL, set_aside_digest TEXT NOT NULL, entry INTEGER NOT NULL) STRICT;
INSERT INTO "batches" VALUES('T001-3','test','resident-health-card','939aae7319a49929fceee54b62e15e43d79a98c8ac74c7eb2bb099542c189963','27c47534e0f5f680110cb2d6ed16335f5621abb78579d0d5f58c10353d094133',3,'9b5d9a534073f213451b46fed046912a52774bb9ff86446a4574e66769d77719',0,'0000000000000000000000000000000000000000000000000000000000000000',2);
CREATE TABLE chips (
    serial TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('open', 'made', 'rejected', 'void', 'unused')),
    attempt INTEGER, batch TEXT NOT NULL, sequence INTEGER, run INTEGER NOT NULL, entry INTEGER NOT NULL, release_digest TEXT, counted INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "chips" VALUES('9C952FDF47BD494C','void',4,'T001-3',1,3,12,NULL,0);
INSERT INTO "chips" VALUES('767F62BEB0523F79','made',6,'T001-3',2,3,7,NULL,0);
INSERT INTO "chips" VALUES('9E489EF638B32F03','made',8,'T001-3',3,3,9,NULL,0);
INSERT INTO "chips" VALUES('7ABED001640A9CEA','made',15,'T001-3',1,14,16,NULL,0);
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY CHECK (seq > 0), time TEXT NOT NULL, station TEXT NOT NULL, run INTEGER NOT NULL,
    kind TEXT NOT NULL, batch TEXT NOT NULL, id_number TEXT NOT NULL, chip TEXT NOT NULL, lane TEXT NOT NULL,
    detail TEXT NOT NULL, request TEXT NOT NULL UNIQUE, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
INSERT INTO "entries" VALUES(1,'2026-11-30T16:53:21.450Z','vm-82527233',0,'station','','','','','{"memory":2,"publicKey":"b39422e175c7d7581756fa3730051da82a8964c6e9a416bf197108affb641e463a652135db1b90d542dfbffdb931d6196a5fd25e51d9b3f9aa4eab003a0f15bc"}','station/vm-82527233','0000000000000000000000000000000000000000000000000000000000000000','0aa809c110fbff65761174358b34419e52fd763ce3911a6941bdc533b171d05a');
INSERT INTO "entries" VALUES(2,'2026-11-30T16:53:21.452Z','vm-82527233',0,'enrol','T001-3','','','','{"batch":{"contentDigest":"27c47534e0f5f680110cb2d6ed16335f5621abb78579d0d5f58c10353d094133","id":"T001-3","mode":"test","profile":"resident-health-card","profileDigest":"939aae7319a49929fceee54b62e15e43d79a98c8ac74c7eb2bb099542c189963"},"orders":3,"ordersDigest":"9b5d9a534073f213451b46fed046912a52774bb9ff86446a4574e66769d77719","setAside":0,"setAsideDigest":"0000000000000000000000000000000000000000000000000000000000000000"}','enrol/T001-3','0aa809c110fbff65761174358b34419e52fd763ce3911a6941bdc533b171d05a','8765bad490715288de9acd2f9e9c0304bb9565b638419cdf1ca9b16996b3fbaf');
INSERT INTO "entries" VALUES(3,'2026-11-30T16:53:21.790Z','vm-82527233',0,'run','T001-3','','','','{"run":{"batch":"T001-3","lanes":["virtual 0"],"mode":"test","operatorName":"clerk","profileDigest":"939aae7319a49929fceee54b62e15e43d79a98c8ac74c7eb2bb099542c189963","software":"0.2.0 4a97f3b7c75ef4d12fec59526c458c12dadbaf71ee81edcd8938d6d3cb617d7d"}}','run/8410797c-6783-4bfe-99e7-fb9419e4352b','8765bad490715288de9acd2f9e9c0304bb9565b638419cdf1ca9b16996b3fbaf','b1c7a838ab58909690935d085052f0d3ce25413d937540f4f8fe5a2e76575bfe');
INSERT INTO "entries" VALUES(4,'2026-11-30T16:53:21.795Z','vm-82527233',3,'begin','T001-3','990101195507110019','9C952FDF47BD494C','virtual 0','{"number":1,"sequence":1}','begin/T001-3/1/1','b1c7a838ab58909690935d085052f0d3ce25413d937540f4f8fe5a2e76575bfe','ca8001dabae8e10dbeb2faf10e9684c94a72b4514dd3081d9b5c7da9c0146634');
INSERT INTO "entries" VALUES(5,'2026-11-30T16:53:21.802Z','vm-82527233',3,'made','T001-3','990101195507110019','9C952FDF47BD494C','virtual 0','{"attempt":4,"card":{"bytesIn":27832,"bytesOut":7174,"commands":239,"imageDigest":"a6448eeca2918c2eb788f217a64737715d520e14eba6b5928c2cfe0e82ba9dd4","milliseconds":5,"wasContinued":false},"sequence":1}','end/4','ca8001dabae8e10dbeb2faf10e9684c94a72b4514dd3081d9b5c7da9c0146634','cdfd154ae7624f75d9722ade7a7cbf668547267d5a829f209f5f9c6244428426');
INSERT INTO "entries" VALUES(6,'2026-11-30T16:53:21.803Z','vm-82527233',3,'begin','T001-3','990100194701200017','767F62BEB0523F79','virtual 0','{"number":1,"sequence":2}','begin/T001-3/2/1','cdfd154ae7624f75d9722ade7a7cbf668547267d5a829f209f5f9c6244428426','2665584da4246ae82a5d7d300b838c7414c4c69a5cf741f82cf625ad64858c07');
INSERT INTO "entries" VALUES(7,'2026-11-30T16:53:21.808Z','vm-82527233',3,'made','T001-3','990100194701200017','767F62BEB0523F79','virtual 0','{"attempt":6,"card":{"bytesIn":27832,"bytesOut":7383,"commands":239,"imageDigest":"c61170f118ef72e987e86eee2b92f74e239951fb1496c12d1add76d56f4c95b2","milliseconds":3,"wasContinued":false},"sequence":2}','end/6','2665584da4246ae82a5d7d300b838c7414c4c69a5cf741f82cf625ad64858c07','591a06613ddcb826962c97f550aa519ed0b913d98bb95f7cf5bc0e54eed37a21');
INSERT INTO "entries" VALUES(8,'2026-11-30T16:53:21.809Z','vm-82527233',3,'begin','T001-3','990102196601050017','9E489EF638B32F03','virtual 0','{"number":1,"sequence":3}','begin/T001-3/3/1','591a06613ddcb826962c97f550aa519ed0b913d98bb95f7cf5bc0e54eed37a21','b6ef34dded3bb5890585de8704d517fbc39ec0494c3edd130301eada439d80cc');
INSERT INTO "entries" VALUES(9,'2026-11-30T16:53:21.814Z','vm-82527233',3,'made','T001-3','990102196601050017','9E489EF638B32F03','virtual 0','{"attempt":8,"card":{"bytesIn":27832,"bytesOut":7332,"commands":239,"imageDigest":"a97f657d808f1500666ee3b850197ddc1dcd668e608f510b4adc6a0dc114bb50","milliseconds":3,"wasContinued":false},"sequence":3}','end/8','b6ef34dded3bb5890585de8704d517fbc39ec0494c3edd130301eada439d80cc','7fe4895197a0c22c3b81078aadd45e475283535ba3439285a881e5b136369145');
INSERT INTO "entries" VALUES(10,'2026-11-30T16:53:21.815Z','vm-82527233',3,'endRun','T001-3','','','','{"reason":{"chinese":"所有申请均已制成、剔除或搁置","code":"finished","text":"every order is made, rejected or excluded"}}','endRun/3','7fe4895197a0c22c3b81078aadd45e475283535ba3439285a881e5b136369145','beaa64b8d1fba84875892f38bfdc531898224e16910f7da13001e56e83646b14');
INSERT INTO "entries" VALUES(11,'2026-11-30T16:53:21.816Z','vm-82527233',3,'seal','T001-3','','','','{"head":"beaa64b8d1fba84875892f38bfdc531898224e16910f7da13001e56e83646b14","signature":"bc2d6b20aa7605da7fb6690c2f1100000bd42822e1c1c18f2652f8d3a6a4d1a97a4423c92b917f0205ee189570ef9ee571eaae08ac3e85305f8685e829b3b7d0"}','seal/3','beaa64b8d1fba84875892f38bfdc531898224e16910f7da13001e56e83646b14','85dd71d8f48c3f72c734b5baedbb4b0d4d12c24f5c0ffb3e0bbd4b024c48f01f');
INSERT INTO "entries" VALUES(12,'2026-11-30T16:53:21.883Z','vm-82527233',0,'void','T001-3','990101195507110019','9C952FDF47BD494C','','{"attempt":4,"operatorName":"root","orderFate":"waiting","reason":{"code":"declaredVoid","text":"lost in the post"},"sequence":1}','void/4','85dd71d8f48c3f72c734b5baedbb4b0d4d12c24f5c0ffb3e0bbd4b024c48f01f','4b6afe8364553c87466a68432bb0f4fc5005e3dee6695f7fcce25668d1807dbb');
INSERT INTO "entries" VALUES(13,'2026-11-30T16:53:22.305Z','vm-c1003a97',0,'station','','','','','{"memory":2,"publicKey":"7f9eef327965ce577c7bfb4b3c0e168c27e570088e1b1ceb8e5fd0e979fbab105a2fc2fbfebb0e8b2ef3978d4abf7b9ecf8a2f23a35bf3b3b95795f9cb116ec4"}','station/vm-c1003a97','4b6afe8364553c87466a68432bb0f4fc5005e3dee6695f7fcce25668d1807dbb','5230095290c72baa02ea93021a5c1c0f7d82542e07b4b6ffb40fbac16e9ea95e');
INSERT INTO "entries" VALUES(14,'2026-11-30T16:53:22.311Z','vm-c1003a97',0,'run','T001-3','','','','{"run":{"batch":"T001-3","lanes":["virtual 0"],"mode":"test","operatorName":"clerk","profileDigest":"939aae7319a49929fceee54b62e15e43d79a98c8ac74c7eb2bb099542c189963","software":"0.2.0 4a97f3b7c75ef4d12fec59526c458c12dadbaf71ee81edcd8938d6d3cb617d7d"}}','run/7438266d-d8af-4acb-8824-996b879a0647','5230095290c72baa02ea93021a5c1c0f7d82542e07b4b6ffb40fbac16e9ea95e','9b3f871f10600f30d9aed2a157d576c96de14efc202430d01530e8fc83dbd6f3');
INSERT INTO "entries" VALUES(15,'2026-11-30T16:53:22.315Z','vm-c1003a97',14,'begin','T001-3','990101195507110019','7ABED001640A9CEA','virtual 0','{"number":2,"sequence":1}','begin/T001-3/1/2','9b3f871f10600f30d9aed2a157d576c96de14efc202430d01530e8fc83dbd6f3','9a3c288737b319c59ae80f1c46fea0e9f31c11fbfeb2c8803901dd466f6a771b');
INSERT INTO "entries" VALUES(16,'2026-11-30T16:53:22.321Z','vm-c1003a97',14,'made','T001-3','990101195507110019','7ABED001640A9CEA','virtual 0','{"attempt":15,"card":{"bytesIn":27832,"bytesOut":7174,"commands":239,"imageDigest":"4abf813f85a4de42dad5c7feed33dc20ddc5b913a6d5b9e0388da3ed273469f6","milliseconds":5,"wasContinued":false},"sequence":1}','end/15','9a3c288737b319c59ae80f1c46fea0e9f31c11fbfeb2c8803901dd466f6a771b','6edd4f8604215fadf116701037859da7573dedde0a35cce095756c8a7dd5aa9c');
INSERT INTO "entries" VALUES(17,'2026-11-30T16:53:22.323Z','vm-c1003a97',14,'endRun','T001-3','','','','{"reason":{"chinese":"所有申请均已制成、剔除或搁置","code":"finished","text":"every order is made, rejected or excluded"}}','endRun/14','6edd4f8604215fadf116701037859da7573dedde0a35cce095756c8a7dd5aa9c','5c33be89deff24db4c17eef7cf6f34ca678d06f7c5be6f513182d61b87e30795');
INSERT INTO "entries" VALUES(18,'2026-11-30T16:53:22.324Z','vm-c1003a97',14,'seal','T001-3','','','','{"head":"5c33be89deff24db4c17eef7cf6f34ca678d06f7c5be6f513182d61b87e30795","signature":"34fadc44dd1d5cb5b4dcffbe75211931eb9ed049b9dda733efb00c4e7503d3ed24b1c158de4d682035624493dd6ce087edc493f4a3ee785e490f7389b4faaf0e"}','seal/14','5c33be89deff24db4c17eef7cf6f34ca678d06f7c5be6f513182d61b87e30795','ad3493f9a04b2a4118b7eceea82545c5dec158dd42b97832a1af21a195ef3fb0');
CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
INSERT INTO "head" VALUES(1,18,'ad3493f9a04b2a4118b7eceea82545c5dec158dd42b97832a1af21a195ef3fb0');
CREATE TABLE orders (
    batch TEXT NOT NULL REFERENCES batches (id) DEFERRABLE INITIALLY DEFERRED, sequence INTEGER NOT NULL,
    id_number TEXT NOT NULL, row_number INTEGER NOT NULL, row_offset INTEGER NOT NULL,
    collection_point TEXT NOT NULL, replacement_reason TEXT, digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'inWork', 'made', 'rejected', 'setAside')),
    holds_card INTEGER NOT NULL CHECK (holds_card IN (0, 1)), chip TEXT, entry INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, content_digest TEXT,
    PRIMARY KEY (batch, sequence), UNIQUE (batch, id_number)) STRICT;
INSERT INTO "orders" VALUES('T001-3',1,'990101195507110019',3,391,'城关镇卫生院',NULL,'bdb4703f39847d10c997954b20e5fa1ade03e10d423e3e932dae0eef1b7bc392','made',1,'7ABED001640A9CEA',16,2,'fd3a82cfa291079ffcdfbd8757954197ebe0722076972b1ae8fe36a12b147499');
INSERT INTO "orders" VALUES('T001-3',2,'990100194701200017',2,217,'城关镇卫生院',NULL,'eed646aa395cd1cba94fc64be838688709e7e89e7ab330c6e93fa795f399156f','made',1,'767F62BEB0523F79',7,1,'b0ee3e31f25e6e5b1c42907f5e8a1e7580cecb4eba13e797eb255f5b9dd527e6');
INSERT INTO "orders" VALUES('T001-3',3,'990102196601050017',4,564,'城关镇卫生院',NULL,'9b5d9a534073f213451b46fed046912a52774bb9ff86446a4574e66769d77719','made',1,'9E489EF638B32F03',9,1,'b8255b11c8db61156de45688aa45435da9bb0e0320e00d876db32e1bd138ed84');
CREATE TABLE releases (
    digest TEXT PRIMARY KEY, id TEXT NOT NULL, quota INTEGER, used INTEGER NOT NULL CHECK (used >= 0),
    entry INTEGER NOT NULL) STRICT;
CREATE TABLE revocation_lists (
    authority TEXT PRIMARY KEY, number INTEGER NOT NULL, digest TEXT NOT NULL, entry INTEGER NOT NULL) STRICT;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, batch TEXT NOT NULL, station TEXT NOT NULL, ended INTEGER, release_digest TEXT) STRICT;
INSERT INTO "runs" VALUES(3,'T001-3','vm-82527233',10,NULL);
INSERT INTO "runs" VALUES(14,'T001-3','vm-c1003a97',17,NULL);
CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
INSERT INTO "schema_version" VALUES(4);
CREATE TABLE set_aside_rows (
    batch TEXT NOT NULL REFERENCES batches (id) DEFERRABLE INITIALLY DEFERRED, position INTEGER NOT NULL,
    row_number INTEGER NOT NULL, id_number TEXT, code TEXT NOT NULL, reason TEXT NOT NULL,
    digest TEXT NOT NULL, PRIMARY KEY (batch, position)) STRICT;
CREATE TABLE stations (name TEXT PRIMARY KEY, public_key TEXT NOT NULL UNIQUE, entry INTEGER NOT NULL, adopted INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "stations" VALUES('vm-82527233','b39422e175c7d7581756fa3730051da82a8964c6e9a416bf197108affb641e463a652135db1b90d542dfbffdb931d6196a5fd25e51d9b3f9aa4eab003a0f15bc',1,0);
INSERT INTO "stations" VALUES('vm-c1003a97','7f9eef327965ce577c7bfb4b3c0e168c27e570088e1b1ceb8e5fd0e979fbab105a2fc2fbfebb0e8b2ef3978d4abf7b9ecf8a2f23a35bf3b3b95795f9cb116ec4',13,0);
CREATE UNIQUE INDEX orders_one_card ON orders (id_number) WHERE holds_card = 1;
CREATE UNIQUE INDEX orders_one_open ON orders (id_number) WHERE state IN ('waiting', 'inWork');
CREATE INDEX orders_waiting ON orders (batch, sequence) WHERE state = 'waiting';
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE INDEX entries_person ON entries (id_number, seq) WHERE id_number <> '';
CREATE INDEX entries_chip ON entries (chip, seq) WHERE chip <> '';
CREATE INDEX orders_state ON orders (batch, state, sequence);
CREATE INDEX orders_person ON orders (id_number);
CREATE INDEX chips_batch ON chips (batch, state);
COMMIT;
