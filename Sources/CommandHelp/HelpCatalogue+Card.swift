extension HelpCatalogue {
    /// Of the commands that work with cards, SAMs and codes, and of the program itself.
    static let cardInChinese: KeyValuePairs<String, String> = [
        // The program
        "Personalize, read, update and inspect resident health cards (居民健康卡) over PC/SC.":
            "通过 PC/SC 制作、读取、更新和查看居民健康卡。",
        """
        Choose a reader by its exact name, by a unique part of the name, or by its number in `healthcard readers`. \
        The default is HEALTHCARD_READER for the card and HEALTHCARD_SAM_READER for the SAM. If a card does not \
        answer a command within 30 seconds, the program gives up; HEALTHCARD_COMMAND_LIMIT sets another number of \
        seconds. Messages are in Chinese with `--lang zh`, with HEALTHCARD_LANG=zh, or when LC_ALL, LC_MESSAGES or \
        LANG starts with zh.

        Exit codes: 0 done, 2 usage, 3 no reader, 4 no card, 5 the card refused, 6 bad input data, 7 part of the work \
        failed, 8 not allowed, 70 a bug.

        To try the program without any hardware, run `make demo`.
        """: """
        读卡器可用完整名称、名称中唯一的一段，或 `healthcard readers` 中的编号指定。未指定时，卡所在的读卡器取 \
        HEALTHCARD_READER，SAM 卡所在的读卡器取 HEALTHCARD_SAM_READER。卡在 30 秒内没有应答命令时，程序放弃等待；\
        HEALTHCARD_COMMAND_LIMIT 可另设秒数。使用 `--lang zh`、设置 HEALTHCARD_LANG=zh，或者 LC_ALL、LC_MESSAGES、\
        LANG 以 zh 开头时，消息为中文。

        退出码：0 完成，2 用法有误，3 没有读卡器，4 没有卡，5 卡拒绝，6 输入数据有误，7 部分失败，8 不允许，70 程序缺\
        陷。

        没有硬件时，可用 `make demo` 试用。
        """,
        "Show the version.": "显示版本。",
        "Show help information.": "显示帮助信息。",

        // readers
        "List the readers and the cards in them.": "列出读卡器及其中的卡。",
        """
        Use the number at the start of a line for --reader. With --watch, readers and cards are reported as they come \
        and go, until Ctrl-C.
        """:
            "行首的编号可用于 --reader。加 --watch 时，读卡器接入或拔出、卡放入或取出都会报告，直到按 Ctrl-C。",
        "Keep reporting the readers and cards that come and go.": "持续报告读卡器和卡的来去。",
        "Print JSON; with --watch, one object per line.": "输出 JSON；与 --watch 同用时每行一个对象。",

        // read
        "Read a card: its holder, and what an emergency room must know.": "读卡：持卡人，以及急诊须知的内容。",
        """
        A test card can be read with the published test keys, and any card with a SAM (--sam). Without a SAM, a \
        production card gives only its issuer data. What could not be read is listed under "unreadable" with a code \
        and the reason, and is left out of the data: it is not known to be empty. Exit code 7 means that a part you \
        asked for is missing; use --sections to ask for less.
        """: """
        测试卡用公开的测试密钥即可读取，任何卡都可用 SAM 卡（--sam）读取。没有 SAM 卡时，正式卡只读得出发卡机构数据。\
        未读出的内容列在 "unreadable" 中，附代码和原因，不出现在数据里：未读出不等于没有。要读的内容有缺失时退出码为 \
        7；可用 --sections 缩小范围。
        """,
        "The output format: text, json (Docs/items.md) or fhir (an R4 Bundle, Docs/fhir.md). Default: text.":
            "输出格式：text、json（Docs/items.md）或 fhir（R4 Bundle，Docs/fhir.md）。默认为 text。",
        "The same as --format json.": "同 --format json。",
        """
        Require these keys: 'test' for the published test keys. Default: use the test keys only on a card that has \
        them.
        """:
            "指定所用的密钥：test 为公开的测试密钥。默认仅当卡使用测试密钥时才用。",
        "Read only these sections, named as in Docs/items.md.": "只读这些数据组，名称见 Docs/items.md。",
        "Separate names with commas: holder,photo. Default: every section.":
            "名称以逗号分隔，例如 holder,photo。默认为全部。",
        "Do not read the visits.": "不读就诊记录。",
        "With --json: also list the applications beside the health application, such as a bank's.":
            "与 --json 同用：同时列出卡上居民健康卡以外的应用，如银行应用。",
        "One more SELECT for each that the profile knows; nothing of their data is read.":
            "卡片描述文件所列的应用各多一条 SELECT；不读其数据。",
        """
        Report the number of commands of each kind, the bytes and the time on standard error; as JSON unless the \
        format is text.
        """:
            "在标准错误输出上报告各类命令的数量、字节数和用时；输出格式不是 text 时以 JSON 报告。",

        // Options of cards and traces
        "The reader: its exact name, a unique part of the name, or its number in `healthcard readers`.":
            "读卡器：完整名称、名称中唯一的一段，或 `healthcard readers` 中的编号。",
        "Default: HEALTHCARD_READER, or else the only reader.": "默认取 HEALTHCARD_READER，否则取唯一的读卡器。",
        """
        How many seconds to wait for a card, and for another program that is using it (at least 2 s for the latter).
        """:
            "等待放卡的秒数；卡被其他程序占用时也等待这么久（至少 2 秒）。",
        "The card profile: a name, or the path of a YAML file.": "卡片描述文件：名称，或 YAML 文件的路径。",
        "If HEALTHCARD_PROFILES names a folder, that folder is searched first.":
            "HEALTHCARD_PROFILES 指定文件夹时，先在其中查找。",
        "An overlay on the profile, by name or path; may be repeated.":
            "加在卡片描述文件上的差异描述文件：名称或路径；可重复给出。",
        "Forget the card quirks detected before, and detect them again.": "清除以前探明的卡行为差异，重新探明。",
        "They are stored by product in $XDG_CACHE_HOME/healthcard/habits.json.":
            "行为差异按产品记录在 $XDG_CACHE_HOME/healthcard/habits.json 中。",
        "Show every command and response with its time; the data is left out.":
            "显示每条命令和应答及其时间，数据隐去。",
        """
        Like --trace, but with the data. Use it for test cards only: the data includes personal data and cryptograms.
        """:
            "同 --trace，但连数据一起显示。其中有个人数据和密文，只应用于测试卡。",

        // Options of the SAM
        "The SAM's reader: its exact name, a unique part of the name, or its number in `healthcard readers`.":
            "SAM 卡所在的读卡器：完整名称、名称中唯一的一段，或 `healthcard readers` 中的编号。",
        "Default: HEALTHCARD_SAM_READER. Without a SAM, a command uses the published keys of test cards.":
            "默认取 HEALTHCARD_SAM_READER。没有 SAM 卡时，使用测试卡的公开密钥。",
        "The file with the SAM's PIN on its first line; only its owner may have access to it.":
            "首行为 SAM 卡 PIN 的文件，只能由所有者访问。",
        "Default: the systemd credential healthcard-sam-pin, or else a prompt when the SAM requires the PIN.":
            "默认取 systemd 凭据 healthcard-sam-pin，否则在 SAM 卡要求时提示输入。",

        // update
        "Change the data on a card: phone, address, contacts, clinical data, photo …":
            "更改卡上的数据：电话、地址、联系人、临床数据、照片等。",
        """
        Items are named as in Docs/items.md; if a name is not unique, put the section in front: validity.phone1 \
        instead of phone1. Only what differs is written, and it is read back. Other users of the machine can see \
        values on a command line: --from reads them from a file, or from standard input with '-'.

        A production card needs a SAM (--sam) of a type that may update the file. If the card is pulled out during an \
        update, put it back: the program checks it and reports whether it holds the old or the new content. Exit \
        codes: 0 everything is as requested, 4 the card was removed and not everything is written, 5 refused, 6 bad \
        values, 8 the SAM does not permit it.
        """: """
        数据项名称见 Docs/items.md；名称不唯一时在前面加数据组，例如 validity.phone1。只写不同之处，写后读回核对。命令\
        行中的值会被同机其他用户看到：可用 --from 从文件读取，- 表示标准输入。

        更新正式卡需要有权更新该文件的 SAM 卡（--sam）。卡被中途拔出时插回即可：程序会查看并说明是旧内容还是新内容。退\
        出码：0 全部如愿，4 卡已离开、没有全部写入，5 卡拒绝，6 值有误，8 SAM 卡无权。
        """,
        "Set an item; may be repeated.": "填写一个数据项；可重复给出。",
        "Clear an item; may be repeated.": "清空一个数据项；可重复给出。",
        "Add an allergy, the newest last; may be repeated. The oldest on the card is overwritten.":
            "新增一条过敏，最新的放在最后；可重复给出。卡上最早的一条被覆盖。",
        "Add an immunization, the newest last; may be repeated. The oldest on the card is overwritten.":
            "新增一条免疫，最新的放在最后；可重复给出。卡上最早的一条被覆盖。",
        "A JPEG file for the photo; it is cropped and compressed for the card, as in a batch (Docs/photos.md).":
            "照片的 JPEG 文件；同批次制卡一样，自动裁切压缩（Docs/photos.md）。",
        "Remove the photo.": "去掉照片。",
        "JSON in the format of `read --json`, with only what is to change; '-' for standard input.":
            "与 `read --json` 格式相同的 JSON，只写要改的；- 表示标准输入。",
        "Show what would be written, and write nothing.": "只说明将写入什么，不写卡。",
        "Print JSON: the outcome for each record.": "输出 JSON：每条记录的结果。",
        "Report the number of commands, the bytes and the time on standard error.":
            "在标准错误输出上报告命令数、字节数和用时。",

        // inspect
        "Show what is on a card: answer to reset explained, life cycle, directories, files.":
            "查看一张卡：复位应答及其解释、生命周期、目录和文件。",
        """
        Works on any card, including a blank one. Without --probe, it presents no key to the card and costs no \
        attempt. A card that passes internal authentication with the published test key is a test card. A bank's \
        applications beside the health application are listed by name; nothing of their data is read.
        """: """
        适用于任何卡，包括空白卡。不加 --probe 时不试密钥，不消耗认证次数。能以公开的测试密钥通过内部认证的卡是测试\
        卡。芯片上居民健康卡以外的银行应用只按名称列出，不读其数据。
        """,
        "On a test card: also obtain read access, and detect the quirks that show only then.":
            "对测试卡：另取得读权限，探明此后才显现的行为差异。",
        "Costs an attempt on a card whose read keys do not match its authentication key.":
            "如果卡的读密钥与其内部认证密钥不属于同一套，会用掉一次认证机会。",
        "Print JSON.": "输出 JSON。",

        // block, unblock
        "Block an application on a card, or the whole card.": "锁定卡上的一个应用，或整张卡。",
        """
        A temporary block needs confirmation or --yes; `healthcard unblock` lifts it. Nothing lifts a permanent block \
        or the block of a card: type the serial number of the chip when prompted, or give it with --confirm. You need \
        a SAM that may block (--sam), or a test card. What is already blocked is left unchanged.
        """: """
        临时锁定前先询问，或加 --yes；可用 `healthcard unblock` 解除。永久锁定和整卡锁定任何办法都不能解除，须现场输入\
        芯片序列号，或用 --confirm 给出。需要有权锁定的 SAM 卡（--sam），或者卡是测试卡。已锁定的不再改动。
        """,
        "The directory of the application: DF01, DF02 or DF03.": "应用的目录：DF01、DF02 或 DF03。",
        "Block the application permanently.": "永久锁定该应用。",
        "Block the whole card, permanently.": "永久锁定整张卡。",
        "Do not ask for confirmation before a temporary block.": "临时锁定前不询问。",
        "The serial number of the chip to block permanently.": "要永久锁定的芯片的序列号。",
        "Print JSON: the state before and after.": "输出 JSON：操作前后的状态。",
        "Lift the temporary block of an application.": "解除应用的临时锁定。",
        "You need a SAM that may unblock (--sam), or a test card.":
            "需要有权解锁的 SAM 卡（--sam），或者卡是测试卡。",

        // sam
        "Show the security access module (SAM) of a clinic's terminal, or change its PIN.":
            "查看医疗机构终端的安全模块（SAM）卡，或修改其 PIN。",
        """
        The SAM's reader is --sam or HEALTHCARD_SAM_READER, or else the only reader. read, update, visit and block \
        take the same options.
        """: """
        SAM 卡所在的读卡器由 --sam 或 HEALTHCARD_SAM_READER 指定，否则取唯一的读卡器。read、update、visit、block 也有\
        这些选项。
        """,
        "Show a SAM's identity, what it may do, and how many PIN attempts are left. Needs no PIN.":
            "显示 SAM 卡的身份、权限和 PIN 剩余次数。不需要 PIN。",
        "Print JSON, including the certificates.": "输出 JSON，包括证书。",
        "Show how many PIN attempts a SAM has left; check its PIN, or change it.":
            "显示 SAM 卡的 PIN 剩余次数；核对或修改 PIN。",
        """
        The PIN comes from --sam-pin-file or the systemd credential healthcard-sam-pin, or else from a prompt that \
        does not show what you type. It is sent once: after a wrong PIN, the program reports the attempts left and \
        does not retry. A stored PIN is not sent when only one attempt is left. Exit code 5 means that the PIN is \
        wrong or blocked.
        """: """
        PIN 来自 --sam-pin-file 或 systemd 凭据 healthcard-sam-pin，否则提示输入，输入时不显示。PIN 只送一次：错误时报\
        告剩余次数，不再重试。只剩一次机会时，文件中的 PIN 不送。PIN 错误或已锁定时退出码为 5。
        """,
        "Check the PIN. A wrong PIN costs an attempt.": "核对 PIN；错误会用掉一次机会。",
        "Change the PIN. A wrong old PIN costs an attempt.": "修改 PIN；旧 PIN 错误会用掉一次机会。",
        "With --change: the file that holds the new PIN. Default: a prompt, twice.":
            "与 --change 同用：存有新 PIN 的文件。默认提示输入两次。",
        "Print JSON: {\"triesLeft\": 3}, with null if the SAM does not report the number.":
            "输出 JSON：{\"triesLeft\": 3}；SAM 卡不告知时为 null。",

        // soak
        "Read a card again and again, to find out whether the reader is reliable with it.":
            "反复读一张卡，检验读卡器与这张卡能否长时间可靠工作。",
        """
        Each reading connects, opens the card anew, reads all of it and disconnects; all readings must give the same \
        result. At the end, the program prints the median and worst time, and the memory and open files of its \
        process after the first tenth and at the end. Exit code 7 means that a reading failed.
        """: """
        每次读取都重新连接、重新打开卡、读全部内容再断开，各次结果必须一致。最后给出用时的中位数和最长值，以及读完十分\
        之一时和结束时本进程占用的内存和打开的文件数。有读取失败时退出码为 7。
        """,
        "How many readings, 1 to 1000000.": "读取次数，1 至 1000000。",
        "Print JSON: reads, failed, commands, milliseconds, residentKiB, openFiles, failures.":
            "输出 JSON：reads、failed、commands、milliseconds、residentKiB、openFiles、failures。",

        // apdu
        "Send exactly the bytes given, and show exactly what comes back.": "原样发送给出的字节，原样显示应答。",
        """
        Each argument is one command in hexadecimal; blanks and colons in it are ignored. Without arguments, or with \
        '-', commands are read from standard input, one per line; empty lines and anything after '#' are skipped. \
        Without --follow, nothing else is sent: no SELECT, no GET RESPONSE. Other users can see a command line: give \
        a PIN on standard input.
        """: """
        每个参数是一条十六进制命令，其中的空格和冒号不计。不给参数或给 - 时，从标准输入逐行读取命令，空行和 # 之后的内\
        容略过。不加 --follow 时不发送任何其他命令：没有 SELECT，没有 GET RESPONSE。命令行会被其他用户看到，PIN 请从标\
        准输入给出。
        """,
        "Fetch the data with GET RESPONSE after 61xx, and send the command again after 6Cxx.":
            "遇 61xx 时用 GET RESPONSE 取回数据，遇 6Cxx 时重发命令。",
        "The expected status word, such as 9000: stop with exit code 5 at the first response with another one.":
            "应有的状态字，例如 9000：在第一个不同的状态字处停止，退出码为 5。",
        "Print one JSON object per command.": "每条命令输出一个 JSON 对象。",
        "Commands in hexadecimal.": "十六进制命令。",

        // trace
        "Record, show and replay what passes between a command and its card.": "记录、显示、重放命令与卡之间的往来。",
        """
        A trace is a file of JSON lines (Docs/trace.md). It holds headers, lengths and status words. It holds data \
        only if you ask for it, and only of a card that proves to have the published test key. PINs are in no trace.
        """: """
        跟踪记录是每行一个 JSON 对象的文件（Docs/trace.md），其中有命令头、长度和状态字。只有您要求，且卡证明持有公开\
        的测试密钥时，才含数据。PIN 不会出现在任何记录中。
        """,
        "Run a command and record what passes between it, its card and its SAM.":
            "执行一条命令，记录它与卡、SAM 卡之间的往来。",
        """
        A new file is created; an existing file is left unchanged. It grows as the command runs, so it is there even \
        if the command fails or is killed. The exit code is the command's. With --show-data, the data is written at \
        the end, or at Ctrl-C.
        """: """
        总是新建文件，已存在的文件不改动。文件随命令的执行逐行写入，命令失败、被杀也有记录。退出码即该命令的退出码。\
        加 --show-data 时，数据在结束时或按 Ctrl-C 时写入。
        """,
        "The file to create.": "要新建的文件。",
        "Also keep the data, if the card proves to be a test card.": "卡经证明是测试卡时，数据也保留。",
        "The command to run, after --.": "要执行的命令，写在 -- 之后。",
        "Show a trace: times, command names, the meaning of status words, totals.":
            "显示跟踪记录：时间、命令名称、状态字的含义、合计。",
        "The trace, or - for standard input.": "跟踪记录；- 表示标准输入。",
        "Replay a trace in place of the card it was recorded from.": "重放跟踪记录，把它当作被记录的那张卡。",
        """
        A replay is strict: the commands must be the same, in the same order, byte for byte; the first difference \
        ends it with exit code 6. A command after -- then needs no reader. Without one, the recorded command is \
        shown, and is run if it only reads, lists, verifies or shows a card, with options that name no file \
        (Docs/trace.md); anything else is refused (exit code 8). With --port, the trace is a card in a virtual \
        reader, for any program that always sends the same commands.
        """: """
        重放是严格的：命令及其次序须逐字节相同，第一处不符即以退出码 6 结束。-- 之后的命令此时不用读卡器。不给命令时，\
        先显示被记录的命令；它只是读取、列出、验证或显示卡的内容，且选项中没有文件时才执行（Docs/trace.md），其余一律\
        拒绝（退出码 8）。加 --port 时，跟踪记录成为虚拟读卡器中的一张卡，可用于任何每次都发送相同命令的程序。
        """,
        "The trace.": "跟踪记录。",
        "The TCP port of the vpcd slot that the trace goes into.": "放入跟踪记录的 vpcd 卡槽的 TCP 端口。",
        "With --port: replay the card or the SAM.": "与 --port 同用：重放卡或 SAM 卡。",
        "With --port: end after this number of seconds without a command or a reset.":
            "与 --port 同用：这么多秒内没有命令也没有复位时结束。",
        "The command, after --. Default: the recorded command.": "命令，写在 -- 之后。默认为被记录的命令。",

        // c-interface
        "Check a library that has the C interface for hospital programs (Docs/c-interface.md).":
            "检查具有医院程序 C 接口的动态库（Docs/c-interface.md）。",
        "Call a library as hospital programs do, and report where it deviates.":
            "按医院程序的调用次序检查一个动态库，报告不符项。",
        """
        The calls of each program run in their order, in a process of their own, with a test card and a SAM in their \
        readers; the memory behind every buffer must not be touched. A library that chooses its readers itself uses \
        those it finds; ours uses --reader and --sam-reader. Without --write, nothing on the card changes. With \
        --write, visits in the last two records of each kind are replaced, an allergy and an immunization are added, \
        every other change is undone, and the SAM's PIN is changed to the same PIN. Exit code 7 means that there are \
        deviations.
        """: """
        每种程序的调用按其次序在单独的进程中执行，读卡器中放测试卡和 SAM 卡；每个缓冲区之后的内存都不得访问。自行选择\
        读卡器的动态库使用它找到的读卡器；本软件的动态库使用 --reader 和 --sam-reader。不加 --write 时不改卡上任何内\
        容；加 --write 时，住院、门诊最后两条就诊记录被替换，新增一条过敏和一条免疫，其他改动均复原，SAM 卡的 PIN 改为\
        同一个 PIN。有不符项时退出码为 7。
        """,
        "The path of the library.": "动态库的路径。",
        "HEALTHCARD_READER for the library's process.": "动态库所在进程的 HEALTHCARD_READER。",
        "HEALTHCARD_SAM_READER for the library's process.": "动态库所在进程的 HEALTHCARD_SAM_READER。",
        "Default: the systemd credential healthcard-sam-pin.": "默认取 systemd 凭据 healthcard-sam-pin。",
        "Make the calls of this program only; may be repeated.": "只做这种程序的调用；可重复给出。",
        "Default: every program except photo-path; without --write, none that writes.":
            "默认为除 photo-path 以外的全部程序；不加 --write 时，不含写卡的程序。",
        "Also make the calls that write to the card.": "另做写卡的调用。",
        "How many seconds a call may take.": "每次调用最多多少秒。",
        "Print the report as JSON.": "以 JSON 输出报告。",
        "Recognize, verify, link and query electronic health cards (电子健康卡).":
            "电子健康卡：识别、验证、关联、查询。",
        """
        A phone shows a text in a QR code. `recognize` says what a scanned text is by its form, and proves nothing. \
        `verify` proves validity, with the protection key, and whose code it is, with the root key and the person. \
        `index` computes the main index, which links it with a physical card and with a batch.

        Docs/electronic-card.md has the grammar, the rules and the assumptions.
        """: """
        手机出示的二维码是一段文本。`recognize` 只看格式，识别扫到的文本，不作任何验证。`verify` 用保护密钥验证有效\
        期，用根密钥和本人信息验证是谁的码。`index` 计算主索引，用来与实体卡、批次关联。

        格式、规则和假定见 Docs/electronic-card.md。
        """,

        // completion
        "Print the script that completes command lines in your shell.": "输出 shell 的命令行补全脚本。",
        "The package installs these scripts. New completions work in the next shell that you open.":
            "软件包会安装这些脚本。补全在下次打开的 shell 中生效。",
        "The shell that the script is for.": "脚本适用的 shell。",

        // man
        "Print the manual page of this program or of one of its commands.": "输出本程序或其中一个命令的手册页。",
        """
        The page is in the format of man(1), in the language of the run. With --out, the page of every command is \
        written to a folder, under the name that man looks for (healthcard-ledger-history.1).
        """: """
        手册页为 man(1) 的格式，语言与本次运行相同。加 --out 时，所有命令的手册页写入一个文件夹，文件名符合 man 的查找\
        规则（healthcard-ledger-history.1）。
        """,
        "The command, as you type it: `ledger history`. Default: the program.":
            "命令，写法与输入时相同：`ledger history`。默认为本程序。",
        "Write every page to this folder, which must exist.": "把所有手册页写入这个文件夹，文件夹须已存在。",

        // Examples
        "Read the card in the first reader, with the SAM in the second.":
            "读第一个读卡器中的卡，SAM 卡在第二个读卡器中。",
        "Report readers and cards to a program as they come and go.": "读卡器和卡有来去时，向程序报告。",
        "Wait up to ten seconds for a card, then read it.": "最多等 10 秒放卡，然后读卡。",
        "Save everything as JSON.": "把全部内容存为 JSON。",
        "Read only what an emergency room needs first.": "只读急诊首先需要的内容。",
        "Save a FHIR Bundle.": "存为 FHIR Bundle。",
        "Show what would change, and write nothing.": "只说明将更改什么，不写卡。",
        "Change a phone number and add an allergy.": "更改电话，新增一条过敏。",
        "Take the values from a file, where other users cannot see them.": "从文件读取，值不会被其他用户看到。",
        "Write an outpatient visit from a file.": "从文件写入一条门诊记录。",
        "Write an inpatient stay that a hospital program exported in GBK.": "写入医院程序以 GBK 编码导出的住院记录。",
        "List the visits on the card.": "列出卡上的就诊记录。",
        "Show the first outpatient record.": "显示第 1 条门诊记录。",
        "Verify all visits on a test card.": "验证测试卡上的全部就诊记录。",
        "Verify all visits on a production card, with the public key of its root.":
            "用根的公钥验证正式卡上的全部就诊记录。",
        "Mark the first outpatient record as reimbursed.": "核销第 1 条门诊记录。",
        "Save an invented outpatient visit to start from.": "存一份虚构的门诊记录，可作起点。",
        "Inspect any card, without keys.": "查看任何一张卡，不用密钥。",
        "Detect the quirks of a test card again.": "重新探明一张测试卡的行为差异。",
        "Block the clinical application temporarily.": "临时锁定临床应用。",
        "Block the whole card permanently, after you type the serial number of its chip.":
            "输入芯片序列号后，永久锁定整张卡。",
        "Unblock the clinical application.": "解锁临床应用。",
        "Show the type, keys and PIN attempts of the SAM.": "显示 SAM 卡的类型、密钥和 PIN 剩余次数。",
        "Show how many attempts are left.": "显示剩余次数。",
        "Check the PIN in a file.": "核对文件中的 PIN。",
        "Change the PIN; neither PIN is shown as you type it.": "修改 PIN；新旧 PIN 输入时都不显示。",
        "Read a card a thousand times.": "把一张卡读 1000 次。",
        "Select the master file, then get a challenge.": "选择主文件，然后取随机数。",
        "Send the commands in a file, and stop at the first error.": "发送文件中的命令，遇错即停。",
        "Record a reading for a developer; the data is left out.": "记录一次读卡，交给开发者；数据隐去。",
        "Record a test card with its data.": "连数据一起记录一张测试卡。",
        "Show a trace.": "显示跟踪记录。",
        "Run a command without a reader, on a trace with data.": "用含数据的跟踪记录执行命令，不用读卡器。",
        "Put a trace into a virtual reader.": "把跟踪记录放入虚拟读卡器。",
        "Check a library, and change nothing on the card.": "检查动态库，不改卡上任何内容。",
        "Check the calls that write, too.": "连写卡的调用一起检查。",
        "Say what a scanned text is.": "识别扫到的文本。",
        "Answer each line of a scanner at once.": "扫码枪逐行输入，逐行应答。",
        "Verify that a dynamic code is valid.": "验证动态码是否在有效期内。",
        "Verify whose code it is, by number and name.": "用号码和姓名验证是否为本人的码。",
        "Verify that a code belongs to the holder of a card that was read.": "验证是否为持卡人本人的码。",
        "Verify a code from `healthcard ecard issue`.": "验证由 `healthcard ecard issue` 生成的码。",
        "Compute the main index of a person.": "计算一个人的主索引。",
        "Compute the main index of the holder of a card that was read.": "计算持卡人的主索引。",
        "Find out whether a card and an application are of the same person.": "查明卡与申请是否为同一人。",
        "Generate codes for practice.": "生成练习用的码。",
        "Generate dynamic codes that are valid for a day.": "生成一天内有效的动态码。",
        "Query a person.": "查询一个人。",
        "Ask whether a code may be used at registration.": "查询码能否用于挂号。",
        "Register a person, and keep the request if the platform cannot be reached.":
            "登记一个人；连不上平台时保留请求。",
        "Send what could not be sent before.": "发送以前未能发送的请求。",
        "Install the completions for bash by hand.": "手动安装 bash 的补全。",
        "Save the manual page of a command.": "保存一个命令的手册页。",
        "Write the pages of all commands to a folder.": "把所有命令的手册页写入文件夹。",
    ]
}
