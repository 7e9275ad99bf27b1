extension CommandExample {
    /// Of the commands that produce, test and release cards.
    static let factory: [String: [CommandExample]] = [
        "batch check": [
            .init("List every problem of a batch.", "healthcard batch check 2026-A"),
            .init(
                "Write all problems to a table, for the sender of the data.",
                "healthcard batch check 2026-A --format csv --report problems.csv"),
            .init(
                "Can the batch be produced without rows 17 and 23?",
                "healthcard batch check 2026-A --set-aside 17,23"),
        ],
        "batch status": [
            .init("How far is a batch?", "healthcard batch status 2026-A")
        ],
        "batch report": [
            .init(
                "Write the packing lists, the rejects, the scrap list and the summary.",
                "healthcard batch report 2026-A")
        ],
        "personalize": [
            .init(
                "Rehearse a batch on four virtual chips, without readers.",
                "healthcard personalize --batch 2026-A --lanes virtual:4"),
            .init(
                "Produce a batch on all readers.",
                "healthcard personalize --batch 2026-A --lanes all --operator 张三"),
            .init(
                "Continue after a stop, a crash or a power cut.",
                "healthcard personalize --batch 2026-A --lanes all --resume"),
            .init(
                "Produce production cards, with the key store and the release.",
                """
                healthcard personalize --batch 2026-B --lanes all --keys factory.keys --release product.release \
                --maker 示范制卡厂 --product COS-X --product-version 2.1
                """),
            .init(
                "Replace a card of this batch.",
                "healthcard personalize --batch 2026-A --lanes all --replace - --reason 卡面划伤 < number.txt"),
            .init(
                "Personalize one test card for the bench.",
                "healthcard personalize --batch Samples/sample-batch --id 99646919970325667X --reader 0"),
        ],
        "plan": [
            .init(
                "Show the commands for one applicant's card, and what they cost.",
                "healthcard plan --batch Samples/sample-batch --id 99646919970325667X")
        ],
        "ledger verify": [
            .init("Was anything in the ledger changed?", "healthcard ledger verify"),
            .init(
                "Does the ledger continue from the head that was noted?",
                "healthcard ledger verify --head \"$(cat head.txt)\""),
            .init(
                "Is the last signature countersigned by this person?",
                """
                healthcard ledger verify --countersigned-by 张三 --countersign-key zhang.pub.pem --require-countersign
                """),
        ],
        "ledger show": [
            .init("List the batches and their counts.", "healthcard ledger show"),
            .init("List the entries from number 100 on.", "healthcard ledger show --entries --from 100"),
        ],
        "ledger history": [
            .init("What happened to one person's cards?", "healthcard ledger history - < number.txt")
        ],
        "ledger export": [
            .init(
                "Export all entries as a table, with ID numbers masked.",
                "healthcard ledger export --format csv --mask > ledger.csv")
        ],
        "ledger void": [
            .init(
                "Declare a card void that was begun and cannot be found.",
                "healthcard ledger void 0102030405060708 --reason 断电后遗失"),
            .init(
                "Declare a finished card void, and let its applicant wait for another.",
                "healthcard ledger void 0102030405060708 --reason 卡面划伤 --remake"),
        ],
        "ledger destroy": [
            .init(
                "Draw up the act about a destroyed chip.",
                "healthcard ledger destroy 0102030405060708 --reason 粉碎 --out destroy.act")
        ],
        "ledger adopt": [
            .init(
                "Adopt a ledger in which no authority is enrolled.",
                "healthcard ledger adopt --reason 更换工作站硬盘"),
            .init(
                "Draw up the act for two people to sign.",
                "healthcard ledger adopt --reason 更换工作站硬盘 --out adopt.act"),
        ],
        "ledger enter": [
            .init("Enter an act that two people have signed.", "healthcard ledger enter destroy.act")
        ],
        "ledger head": [
            .init("Note the last entry.", "healthcard ledger head > head.txt")
        ],
        "ledger countersign": [
            .init("Countersign as a second person.", "healthcard ledger countersign --name 张三 --key zhang.pem")
        ],
        "ledger create": [
            .init(
                "Create a ledger that several stations share.",
                """
                healthcard ledger create --ledger postgres://ledger_owner@localhost/cards --station-role ledger_station
                """)
        ],
        "ledger sql": [
            .init(
                "Write the SQL for the database's administrator.",
                "healthcard ledger sql --station-role ledger_station > ledger.sql")
        ],
        "virtual": [
            .init(
                "Put a card into a slot, and keep it in a file.",
                "healthcard virtual --port 35963 --state card.json"),
            .init("Put a clinic's SAM into the next slot.", "healthcard virtual --port 35964 --sam --type 3"),
            .init("List the faults that a card can be given.", "healthcard virtual --list-faults"),
        ],
        "virtual-feeder": [
            .init(
                "Feed two lanes, with a fault in one chip of ten.",
                "healthcard virtual-feeder --box box --ports 35963 35964 --faults 10")
        ],
        "demo": [
            .init("Produce three cards on the readers of Scripts/with-virtual-readers.", "healthcard demo --cards 3")
        ],
        "keys": [
            .init(
                "A ceremony of three custodians, two of whom open the store: create it.",
                "healthcard keys create factory.keys --custodian 王五 --custodian 赵六 --custodian 钱七 --threshold 2"),
            .init(
                "Then import the transport key of a chip batch.",
                "healthcard keys import factory.keys --chip-batch 0A0B0C0D"),
            .init(
                "Then import the issuer's certificate.",
                "healthcard keys import factory.keys --certificate issuer.bin"),
            .init("Then enter the authority.", "healthcard keys authority factory.keys authority.enrolment"),
            .init("At the end, check that everything is there.", "healthcard keys check factory.keys"),
        ],
        "keys create": [
            .init(
                "Three custodians type their components; two of them open the store.",
                "healthcard keys create factory.keys --custodian 王五 --custodian 赵六 --custodian 钱七 --threshold 2"),
            .init(
                "Two custodians bring files of components.",
                """
                healthcard keys create factory.keys --custodian 王五 --custodian 赵六 --components wang.txt \
                --components zhao.txt
                """),
            .init(
                "Draw the components on this machine, where there is no HSM.",
                """
                healthcard keys create drawn.keys --generate --into custodians --custodian 王五 --custodian 赵六 \
                --custodian 钱七 --threshold 2
                """),
        ],
        "keys import": [
            .init(
                "Type the transport key of a chip batch.",
                "healthcard keys import factory.keys --chip-batch 0A0B0C0D"),
            .init(
                "Take the transport key from two custodians' files.",
                """
                healthcard keys import factory.keys --chip-batch 0A0B0C0D --components tk-1.txt --components tk-2.txt
                """),
            .init("Add the issuer's certificate.", "healthcard keys import factory.keys --certificate issuer.bin"),
        ],
        "keys check": [
            .init(
                "Open the store, and compare the check values with the record.",
                "healthcard keys check factory.keys")
        ],
        "keys list": [
            .init("List what the store says it holds.", "healthcard keys list factory.keys")
        ],
        "keys convert": [
            .init(
                "Give the store to other custodians.",
                """
                healthcard keys convert factory.keys --custodian 王五 --custodian 赵六 --custodian 孙八 --threshold 2
                """)
        ],
        "keys passphrase": [
            .init("Change one custodian's passphrase.", "healthcard keys passphrase factory.keys --custodian 王五")
        ],
        "keys authority": [
            .init(
                "Enter the authority from its signed enrolment.",
                "healthcard keys authority factory.keys authority.enrolment"),
            .init("Which authority is enrolled?", "healthcard keys authority factory.keys"),
        ],
        "release": [
            .init(
                "The authority creates its key.",
                "healthcard release authority new --key authority.pem --public-key authority.pub.pem"),
            .init(
                "The factory draws up who may release.",
                """
                healthcard release authority enrol --name 示范卫生健康委 --authority authority.pub.pem --person 张三\
                =zhang.pub.pem --person 李四=li.pub.pem --out authority.enrolment
                """),
            .init(
                "Two people sign it, each with their own key.",
                "healthcard sign authority.enrolment --key zhang.pem --name 张三"),
            .init(
                "The authority grants a release on the test report.",
                """
                healthcard release grant --report tc2026/report/report.json --evidence-station \
                factory-1@0123456789abcdef --key authority.pem --authority-name 示范卫生健康委 --valid-until \
                2027-06-30 --limit 10000 --out product.release
                """),
            .init(
                "The factory verifies it.",
                "healthcard release verify product.release --authority authority.pub.pem"),
            .init(
                "The authority revokes it.",
                """
                healthcard release revoke product.release --key authority.pem --reason 产品停产 --out revocations-1.txt
                """),
        ],
        "release grant": [
            .init(
                "Grant a release for 10,000 cards.",
                """
                healthcard release grant --report tc2026/report/report.json --evidence-station \
                factory-1@0123456789abcdef --key authority.pem --authority-name 示范卫生健康委 --valid-until \
                2027-06-30 --limit 10000 --out product.release
                """)
        ],
        "release show": [
            .init("What does a release contain?", "healthcard release show product.release"),
            .init("Which authority does a key store accept?", "healthcard release show --keys factory.keys"),
        ],
        "release verify": [
            .init("Is a release valid?", "healthcard release verify product.release --authority authority.pub.pem"),
            .init(
                "Is it valid for this product, and not revoked?",
                """
                healthcard release verify product.release --authority authority.pub.pem --revocations \
                revocations-1.txt --maker 示范制卡厂 --product COS-X --product-version 2.1
                """),
        ],
        "release revoke": [
            .init(
                "Revoke a release, in the first list.",
                """
                healthcard release revoke product.release --key authority.pem --reason 产品停产 --out revocations-1.txt
                """),
            .init(
                "Revoke another one, in the next list.",
                """
                healthcard release revoke other.release --key authority.pem --reason 检测复核不合格 --previous \
                revocations-1.txt --out revocations-2.txt
                """),
        ],
        "release list": [
            .init("What does a revocation list revoke?", "healthcard release list --revocations revocations-1.txt"),
            .init("Which releases does the ledger count by, and how much is used?", "healthcard release list"),
        ],
        "release station": [
            .init("Print what the authority needs for its release.", "healthcard release station")
        ],
        "release authority new": [
            .init(
                "Create the authority's key.",
                "healthcard release authority new --key authority.pem --public-key authority.pub.pem"),
            .init(
                "Create the key of a person at the factory.",
                "healthcard release authority new --key zhang.pem --public-key zhang.pub.pem"),
        ],
        "release authority enrol": [
            .init(
                "Draw up who may release.",
                """
                healthcard release authority enrol --name 示范卫生健康委 --authority authority.pub.pem --person 张三\
                =zhang.pub.pem --person 李四=li.pub.pem --out authority.enrolment
                """)
        ],
        "release authority show": [
            .init(
                "Show the fingerprint, to compare it by telephone.",
                "healthcard release authority show authority.pub.pem")
        ],
        "sign": [
            .init("Sign an enrolment.", "healthcard sign authority.enrolment --key zhang.pem --name 张三"),
            .init("Sign an act for a ledger.", "healthcard sign destroy.act --key zhang.pem --name 张三"),
        ],
        "testcards": [
            .init(
                "Begin a campaign.",
                """
                healthcard testcards new tc2026 --chip THD86 --maker 示范制卡厂 --product COS-X --product-version 2.1
                """),
            .init("Make its cards on all readers.", "healthcard testcards make tc2026 --lanes all"),
            .init("Put them to the whole suite.", "healthcard testcards run tc2026 --reader all"),
            .init("Write the report.", "healthcard testcards report tc2026"),
        ],
        "testcards new": [
            .init(
                "Begin a campaign.",
                """
                healthcard testcards new tc2026 --chip THD86 --maker 示范制卡厂 --product COS-X --product-version 2.1
                """)
        ],
        "testcards make": [
            .init("Make its cards on all readers.", "healthcard testcards make tc2026 --lanes all"),
            .init("Make virtual cards.", "healthcard testcards make tc2026 --lanes virtual:4"),
        ],
        "testcards run": [
            .init("A campaign's cards, in readers.", "healthcard testcards run tc2026 --reader all"),
            .init("A campaign's virtual cards.", "healthcard testcards run tc2026 --lanes virtual"),
            .init(
                "Any card, seen for the first time; with --set-aside it may be spoiled.",
                "healthcard testcards run --reader 0"),
            .init(
                "What does the suite report for a fault?",
                "healthcard testcards run --lanes virtual:1 --fault mac-unchecked"),
        ],
        "testcards report": [
            .init("Write the report.", "healthcard testcards report tc2026"),
            .init("Is the report what its evidence gives?", "healthcard testcards report tc2026 --check"),
        ],
        "testcards station": [
            .init("Print this station's name and fingerprint, for the authority.", "healthcard testcards station")
        ],
        "testcards list": [
            .init("List every check of the suite.", "healthcard testcards list")
        ],
        "testcards faults": [
            .init(
                "Does the suite find this fault?",
                "healthcard testcards faults --batch Samples/sample-batch --fault mac-unchecked")
        ],
        "serve": [.init("Start the service on the first free port of 8327-8336.", "healthcard serve")],
        "testcards explain": [
            .init("What does this check do?", "healthcard testcards explain access.DF01/EF05.update")
        ],
        "testcards compare": [
            .init("What changed between two campaigns?", "healthcard testcards compare tc2026 tc2027")
        ],
    ]
}
