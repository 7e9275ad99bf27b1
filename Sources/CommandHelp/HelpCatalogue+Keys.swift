extension HelpCatalogue {
    /// Of the commands for the key stores of production cards.
    static let keysInChinese: KeyValuePairs<String, String> = [
        // Key stores
        "The key store for production cards: create, import, check, list, convert.":
            "正式卡的密钥库：建立、导入、核对、列出、转换。",
        """
        A key is brought in components: each of two or more custodians holds 32 hexadecimal digits of it, the key is \
        their exclusive or, and nobody knows it alone. Check values (six digits) show whether what was typed is \
        correct; no command shows a component or a key. The store is one file. Each custodian has a passphrase; \
        --threshold of them open the store together, and nobody can alone. If too many passphrases are lost, the keys \
        must be brought again.

        Passphrases are typed at a prompt, or come from --credential FILE, one for each custodian, from \
        HEALTHCARD_KEYS_CREDENTIAL (names of files, separated by colons), or from the systemd credentials \
        healthcard-keys-1 and so on. Only the installed program opens keys (Scripts/install). Docs/keys.md describes \
        the ceremony, the file, the installation and what it protects against.
        """: """
        密钥以分量的形式带入：两位以上保管人各持每个密钥的一个分量（32 位十六进制数），密钥是各分量的异或，任何一人都不\
        知道。校验值（6 位）用来确认输入无误；任何命令都不显示分量或密钥。密钥库是一个文件。每位保管人有自己的口令，达\
        到门限数（--threshold）的保管人一起才能打开，任何人不能独自打开。丢失的口令过多时，须重新带入密钥。

        口令由程序提示输入，或来自 --credential 文件（每人一个）、HEALTHCARD_KEYS_CREDENTIAL（文件名，以冒号分隔）、\
        systemd 凭据 healthcard-keys-1 等。只有按规定安装的程序才能打开密钥（Scripts/install）。密钥仪式、文件、安装以\
        及防范的对象见 Docs/keys.md。
        """,
        "List what a key store says it holds; no passphrase is needed.": "列出密钥库所载内容，不需要口令。",
        """
        What is listed is not authenticated: whoever can write to the file may have changed it. `healthcard keys \
        check` opens the store and authenticates it.
        """: "所列内容未经验证：能写这个文件的人都可能改过。`healthcard keys check` 打开密钥库核对。",
        "The key store's file.": "密钥库文件。",
        "Open a key store, and check that it is unchanged and holds what the profile needs.":
            "打开密钥库，核对是否被改动、卡片描述文件所需的密钥是否齐全。",
        """
        Compare the check values with those in the record of the ceremony. Exit code 6 if the store cannot be opened, \
        or if something is missing, which is then named.
        """: "请把校验值与仪式记录比较。密钥库打不开或有缺项时退出码为 6，缺项会列出。",
        "Print JSON, including what is missing.": "输出 JSON，包括缺项。",
        "Create a key store from components of two or more custodians.": "用两位以上保管人的分量建立密钥库。",
        """
        Without further options each custodian types a component of every key of the profile, which is not shown, and \
        sees its check value; at the end everybody sees the check value of each key, and each custodian chooses a \
        passphrase and types it twice. From then on --threshold of them open the store together; nobody can alone. \
        With --components each custodian brings a file of lines NAME HEX [CHECK] that nobody else can read; with \
        --credential, once for each custodian and in their order, a file with the passphrase.

        --generate draws the components from this machine's random numbers, where no HSM is there to draw them: at \
        that moment this machine, and whoever administers it, could know every key. The custodians carry away the \
        files it writes, from which the store can be created again.

        Transport keys come with the chips from their manufacturer: use `healthcard keys import --chip-batch`, or \
        --chip-batch here with a component of the transport key.
        """: """
        不加其他选项时，每位保管人依次输入卡片描述文件中每个密钥的分量，输入不回显，只显示校验值；最后向各位显示每个密\
        钥的校验值，每位保管人设一个口令，输入两次。此后达到门限数（--threshold）的保管人一起才能打开密钥库，任何人不能\
        独自打开。用 --components 时，每位保管人带入一个他人不可读的文件，每行为 名称 十六进制数 [校验值]；用 \
        --credential 时，按保管人顺序各给一个口令文件。

        没有密码机产生分量时，--generate 用本机的随机数产生：在那一刻，这台机器及其管理员有可能知道全部密钥。写出的文件\
        由保管人各自带走，日后可凭它们重建密钥库。

        传输密钥由芯片厂商随芯片提供：用 `healthcard keys import --chip-batch` 导入，或在此用 --chip-batch 一并带入其分\
        量。
        """,
        "The file to create; it must not exist yet.": "要建立的文件，不能已存在。",
        "The store's name. Default: the file's name.": "密钥库的名称。默认：文件名。",
        "How many custodians type components or have them drawn. Default: as many as --custodian names, else two.":
            "输入分量或为其产生分量的保管人数。默认：--custodian 给出的人数，否则为两位。",
        "A custodian's file of components; give one for each.": "一位保管人的分量文件；每人给出一个。",
        "Draw the components here, and write each custodian's file to the folder given with --into.":
            "在本机产生分量，并把各保管人的文件写入 --into 指定的文件夹。",
        "With --generate: the folder for the custodians' files.": "与 --generate 同用：存放各保管人文件的文件夹。",
        "The chip batch whose transport key is brought as well.": "一并带入其传输密钥的芯片批次。",
        "The issuer's certificate, as the root issued it.": "根签发的发卡机构证书。",
        "Add keys, transport keys and certificates to a key store, or replace them.":
            "向密钥库添加密钥、传输密钥和证书，或替换已有的。",
        """
        Components are typed, or brought with --components in a file of each custodian. Without --key, --chip-batch \
        and --certificate, the command prompts for the keys that the store lacks. A key that is already there is \
        replaced only after confirmation: cards personalized with it do not work with another.
        """: """
        分量由保管人输入，或用 --components 由每人带入一个文件。不给 --key、--chip-batch 和 --certificate 时，提示输入\
        密钥库所缺的密钥。已有的密钥经确认后才替换：用原密钥制成的卡不能再与新密钥配合使用。
        """,
        "A key to type; may be repeated.": "要输入的密钥名；可重复给出。",
        "How many custodians type.": "输入分量的保管人数。",
        """
        The chip batch whose transport key is brought: the label that the chip manufacturer gave it, or its 8 \
        hexadecimal digits in the chip's production data.
        """: "带入这批芯片的传输密钥：芯片厂商给出的批次标签，或芯片生产数据中批号的 8 位十六进制数。",
        "A certificate, as the root issued it.": "根签发的证书。",
        "With --certificate: the certificate's name.": "与 --certificate 同用：证书的名称。",
        "Replace existing keys and certificates without asking.": "不询问，直接替换已有的密钥和证书。",
        "Give the keys of a store to other custodians, also those of an old store that one passphrase opens.":
            "把密钥库的密钥转交其他保管人；也用于转换由单一口令打开的旧密钥库。",
        """
        A store of the old format, which one passphrase opens, can no longer be used to personalize cards: this \
        command seals its keys anew for custodians, --threshold of whom open them from then on. The custodians of a \
        store are exchanged in the same way: as many of the old ones as are needed open it, and the new ones choose \
        passphrases. Keys, check values, certificates and the authority stay the same. Destroy the backups of the old \
        store: whoever could open it can still open them.
        """: """
        旧格式的密钥库由一个口令打开，已不能用于制卡：本命令把其中的密钥重新封装给各保管人，此后须有达到门限数\
        （--threshold）的保管人才能打开。更换保管人也用本命令：由所需人数的原保管人打开，新保管人各设口令。密钥、校验\
        值、证书和放行机构不变。请销毁旧密钥库的备份：原来能打开的人仍能打开。
        """,
        "The key store's file; it is replaced.": "密钥库文件；将被替换。",
        "A file whose first line is a new custodian's passphrase; one for each, in their order.":
            "首行为新保管人口令的文件；每人一个，按保管人顺序。",
        "Change the passphrase of one custodian of a key store.": "更换密钥库一位保管人的口令。",
        """
        The custodian and as many others as are needed open the store; then the custodian chooses a new passphrase. \
        The old one still opens backups.
        """: "由该保管人和所需人数的其他保管人打开密钥库，再由该保管人设新口令。旧备份仍可用旧口令打开。",
        "The custodian whose passphrase is changed.": "更换口令的保管人。",
        "A file whose first line is the new passphrase.": "首行为新口令的文件。",
        "Enter in a key store who may release cards produced with its keys.":
            "把放行机构录入密钥库：此后由其放行用该密钥库制作的卡。",
        """
        The file is the one from `release authority enrol`, signed by two people (`healthcard sign`); it must follow \
        the enrolment in the store. From then on, the keys produce cards only under releases of this authority. \
        Without FILE, the enrolled authority is shown, which is not authenticated.
        """: """
        文件是 `release authority enrol` 生成的放行机构登记书，须由两人签署（`healthcard sign`），并与密钥库中已有的登\
        记书相接。此后用该密钥库制卡，只认可该机构签发的放行书。不给出文件时，显示已登记的放行机构，但未经验证。
        """,
        "The signed enrolment; for a store that has none, also several, one after the other.":
            "已签署的放行机构登记书；密钥库中尚无登记书时，也可以是依次相接的几份。",
        "The key store for production cards (`healthcard keys`).": "制作正式卡的密钥库（`healthcard keys`）。",
        "Default: the published keys, which produce only test cards.": "默认：公开的测试密钥，只能制作测试卡。",
        "Which chips these are: the label of their transport key in the store.":
            "芯片批次：其传输密钥在密钥库中的标签。",
        "Needed if the store holds several transport keys.": "密钥库中有几批芯片的传输密钥时，必须给出。",
        """
        A file whose first line is a passphrase, readable only by its owner. To open a key store, give one for each \
        custodian who opens it, in any order.
        """: "首行为口令的文件，须只有其所有者可读。打开密钥库时，到场的保管人每人给出一个，顺序不限。",
        """
        Default: the files that HEALTHCARD_KEYS_CREDENTIAL names, separated by colons, else the systemd credentials \
        healthcard-keys-1, healthcard-keys-2 and so on (healthcard-keys where one is needed), else a prompt.
        """: """
        默认：HEALTHCARD_KEYS_CREDENTIAL 列出的文件（以冒号分隔），其次为 systemd 凭据 healthcard-keys-1、\
        healthcard-keys-2 等（只需一个口令时为 healthcard-keys），再次为提示输入。
        """,
        "A custodian's name; give one for each. Each has a passphrase of their own.":
            "保管人姓名，每人给出一次。每人有自己的口令。",
        "Default: custodian 1, custodian 2 and so on.": "默认：custodian 1、custodian 2，依次类推。",
        "How many custodians open the store together. Default: more than half of them, but at least two.":
            "须几位保管人一起才能打开密钥库（门限）。默认：过半数，且至少两位。",

        // Key stores: examples
        "A ceremony of three custodians, two of whom open the store: create it.":
            "三位保管人、其中两位即可打开的密钥仪式：建立密钥库。",
        "Then import the transport key of a chip batch.": "再导入一批芯片的传输密钥。",
        "Then import the issuer's certificate.": "再导入发卡机构证书。",
        "Then enter the authority.": "再录入放行机构。",
        "At the end, check that everything is there.": "最后核对是否齐全。",
        "Three custodians type their components; two of them open the store.":
            "三位保管人输入分量，其中两位即可打开密钥库。",
        "Two custodians bring files of components.": "两位保管人各带入一个分量文件。",
        "Draw the components on this machine, where there is no HSM.": "没有密码机时，用本机产生分量。",
        "Type the transport key of a chip batch.": "输入一批芯片的传输密钥。",
        "Take the transport key from two custodians' files.": "从两位保管人的文件带入传输密钥。",
        "Add the issuer's certificate.": "添加发卡机构证书。",
        "Open the store, and compare the check values with the record.": "打开密钥库，与仪式记录比较校验值。",
        "List what the store says it holds.": "列出密钥库所载内容。",
        "Give the store to other custodians.": "更换密钥库的保管人。",
        "Change one custodian's passphrase.": "更换一位保管人的口令。",
        "Enter the authority from its signed enrolment.": "用已签署的登记书录入放行机构。",
        "Which authority is enrolled?": "登记了哪家放行机构？",
    ]
}
