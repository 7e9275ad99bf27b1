extension CommandExample {
    /// Of the commands that work with cards, SAMs and codes, and of the program itself.
    static let card: [String: [CommandExample]] = [
        "": [
            .init("List the readers and the cards in them.", "healthcard readers"),
            .init(
                "Read the card in the first reader, with the SAM in the second.",
                "healthcard read --reader 0 --sam 1"),
        ],
        "readers": [
            .init("List the readers and the cards in them.", "healthcard readers"),
            .init("Report readers and cards to a program as they come and go.", "healthcard readers --watch --json"),
        ],
        "read": [
            .init("Wait up to ten seconds for a card, then read it.", "healthcard read --reader 0 --sam 1 --wait 10"),
            .init("Save everything as JSON.", "healthcard read --sam 1 --json > card.json"),
            .init(
                "Read only what an emergency room needs first.",
                "healthcard read --sam 1 --sections holder,clinical,special,allergies,contacts"),
            .init("Save a FHIR Bundle.", "healthcard read --sam 1 --format fhir > bundle.json"),
        ],
        "update": [
            .init(
                "Show what would change, and write nothing.",
                "healthcard update --sam 1 --set phone1=13900000000 --dry-run"),
            .init(
                "Change a phone number and add an allergy.",
                "healthcard update --sam 1 --set phone1=13900000000 --add-allergy 青霉素=皮疹"),
            .init(
                "Take the values from a file, where other users cannot see them.",
                "healthcard update --sam 1 --from changes.json"),
        ],
        "visit add": [
            .init("Write an outpatient visit from a file.", "healthcard visit add visit.json --outpatient --sam 1"),
            .init(
                "Write an inpatient stay that a hospital program exported in GBK.",
                "healthcard visit add visit.txt --inpatient --text --gbk --sam 1"),
        ],
        "visit list": [
            .init("List the visits on the card.", "healthcard visit list --sam 1")
        ],
        "visit show": [
            .init("Show the first outpatient record.", "healthcard visit show 1 --outpatient --sam 1")
        ],
        "visit verify": [
            .init("Verify all visits on a test card.", "healthcard visit verify"),
            .init(
                "Verify all visits on a production card, with the public key of its root.",
                "healthcard visit verify --root-key root.hex --sam 1"),
        ],
        "visit reimburse": [
            .init(
                "Mark the first outpatient record as reimbursed.",
                "healthcard visit reimburse 1 --outpatient --sam 1")
        ],
        "visit template": [
            .init(
                "Save an invented outpatient visit to start from.",
                "healthcard visit template --outpatient > visit.json")
        ],
        "inspect": [
            .init("Inspect any card, without keys.", "healthcard inspect --reader 0"),
            .init("Detect the quirks of a test card again.", "healthcard inspect --probe --forget-habits"),
        ],
        "block": [
            .init("Block the clinical application temporarily.", "healthcard block DF02 --sam 1"),
            .init(
                "Block the whole card permanently, after you type the serial number of its chip.",
                "healthcard block --card --sam 1"),
        ],
        "unblock": [
            .init("Unblock the clinical application.", "healthcard unblock DF02 --sam 1")
        ],
        "sam info": [
            .init("Show the type, keys and PIN attempts of the SAM.", "healthcard sam info --sam 1")
        ],
        "sam pin": [
            .init("Show how many attempts are left.", "healthcard sam pin --sam 1"),
            .init("Check the PIN in a file.", "healthcard sam pin --check --sam 1 --sam-pin-file sam.pin"),
            .init("Change the PIN; neither PIN is shown as you type it.", "healthcard sam pin --change --sam 1"),
        ],
        "soak": [
            .init("Read a card a thousand times.", "healthcard soak --reader 0 --sam 1 --reads 1000")
        ],
        "apdu": [
            .init("Select the master file, then get a challenge.", "healthcard apdu 00A40000023F0000 0084000008"),
            .init(
                "Send the commands in a file, and stop at the first error.",
                "healthcard apdu --reader 0 --expect 9000 - < commands.txt"),
        ],
        "trace record": [
            .init(
                "Record a reading for a developer; the data is left out.",
                "healthcard trace record read.trace -- read --sam 1"),
            .init(
                "Record a test card with its data.",
                "healthcard trace record test.trace --show-data -- read --json"),
        ],
        "trace show": [
            .init("Show a trace.", "healthcard trace show read.trace")
        ],
        "trace replay": [
            .init(
                "Run a command without a reader, on a trace with data.",
                "healthcard trace replay test.trace -- read --json"),
            .init("Put a trace into a virtual reader.", "healthcard trace replay test.trace --port 35963"),
        ],
        "c-interface check": [
            .init(
                "Check a library, and change nothing on the card.",
                """
                healthcard c-interface check ./libMHC_CardInterface.so --reader 0 --sam-reader 1 --sam-pin-file \
                sam.pin
                """),
            .init(
                "Check the calls that write, too.",
                """
                healthcard c-interface check ./libMHC_CardInterface.so --reader 0 --sam-reader 1 --sam-pin-file \
                sam.pin --write
                """),
        ],
        "ecard recognize": [
            .init("Say what a scanned text is.", "healthcard ecard recognize \"$TEXT\""),
            .init(
                "Answer each line of a scanner at once.",
                "healthcard ecard recognize --watch --json < /dev/ttyACM0"),
        ],
        "ecard verify": [
            .init(
                "Verify that a dynamic code is valid.",
                "healthcard ecard verify \"$TEXT\" --protection-key protection.key"),
            .init(
                "Verify whose code it is, by number and name.",
                """
                healthcard ecard verify "$TEXT" --root-key root.key --number 11010020171225006X --name 电子健康卡
                """),
            .init(
                "Verify that a code belongs to the holder of a card that was read.",
                "healthcard ecard verify \"$TEXT\" --root-key root.key --card card.json"),
            .init("Verify a code from `healthcard ecard issue`.", "healthcard ecard verify \"$TEXT\" --keys test"),
        ],
        "ecard index": [
            .init(
                "Compute the main index of a person.",
                "healthcard ecard index --number 11010020171225006X --name 电子健康卡"),
            .init(
                "Compute the main index of the holder of a card that was read.",
                "healthcard ecard index --card card.json"),
            .init(
                "Find out whether a card and an application are of the same person.",
                "healthcard ecard index --card card.json --batch Samples/sample-batch --id 99646919970325667X"),
        ],
        "ecard issue": [
            .init("Generate codes for practice.", "healthcard ecard issue --batch Samples/sample-batch --out codes"),
            .init(
                "Generate dynamic codes that are valid for a day.",
                "healthcard ecard issue --batch Samples/sample-batch --out codes --valid-for 86400"),
        ],
        "ecard query": [
            .init(
                "Query a person.",
                """
                healthcard ecard query --platform https://platform.example/api --dialect national --credentials \
                platform.conf --number 11010020171225006X --name 电子健康卡
                """),
            .init(
                "Ask whether a code may be used at registration.",
                """
                healthcard ecard query --platform https://platform.example/api --dialect national --credentials \
                platform.conf --code "$TEXT" --step 10101
                """),
            .init(
                "Register a person, and keep the request if the platform cannot be reached.",
                """
                healthcard ecard query --platform https://platform.example/api --dialect national --credentials \
                platform.conf --operation register --number 11010020171225006X --name 电子健康卡 --queue \
                requests.queue
                """),
            .init(
                "Send what could not be sent before.",
                """
                healthcard ecard query --platform https://platform.example/api --dialect national --credentials \
                platform.conf --queue requests.queue --send
                """),
        ],
        "completion": [
            .init(
                "Install the completions for bash by hand.",
                "healthcard completion bash > ~/.local/share/bash-completion/completions/healthcard")
        ],
        "man": [
            .init("Save the manual page of a command.", "healthcard man ledger history > healthcard-ledger-history.1"),
            .init("Write the pages of all commands to a folder.", "healthcard man --out ."),
        ],
    ]
}
