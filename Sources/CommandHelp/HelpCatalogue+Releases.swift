extension HelpCatalogue {
    /// Of the commands for test cards and for the releases that rest on them.
    static let releasesInChinese: KeyValuePairs<String, String> = [
        // Releases
        "Releases, which allow production cards: grant, show, verify and revoke them.":
            "准许制作正式卡的放行书：签发、显示、验证、撤销。",
        """
        A release is a small signed file: the authority that has read the test report allows production cards of one \
        manufacturer's product by one profile, for a limited time (Docs/releases.md). Without a valid release, \
        `healthcard personalize` produces no production card and reports why.
        """: """
        放行书是一个经签名的小文件：放行机构审阅检测报告后，准许一家制卡单位的一种产品按一个卡片描述文件在一定期限内制\
        作正式卡（Docs/releases.md）。没有有效的放行书，`healthcard personalize` 不制作正式卡，并说明原因。
        """,
        "Show how a release identifies this station and its ledger.": "显示放行书中如何写明本工作站及其台账。",
        """
        For `release grant --station … --ledger-id … --after-head …`; a ledger that does not exist yet is created. The \
        head is its last entry: a ledger that was put back to before that entry refuses a release that names it, so \
        that a limit can be granted in parts.
        """: """
        供 `release grant --station … --ledger-id … --after-head …` 使用；台账不存在时自动建立。末条是台账的最后一条：\
        台账若退回到它之前，就不能使用写明它的放行书，数量上限因此可以分批发放。
        """,
        "Sign a release for production cards, on the basis of a test report without failures.":
            "依据没有不通过项的检测报告签发放行书，准许制作正式卡。",
        """
        Refused (exit code 8) for a report that has failures, was edited, or is not of the whole suite, and for \
        evidence that no enrolled station has signed (--evidence-station, --evidence-stations). Manufacturer, product, \
        version and dialect are those of the report. A limit counts in one ledger: bind it to that ledger with \
        --ledger-id, or to stations, or each ledger has a limit of its own (`healthcard release station`).
        """: """
        报告有不通过项、被改动或不是全套检测的，证据没有认可的工作站签名的（--evidence-station、--evidence-stations），\
        一律拒绝（退出码 8）。制卡单位、产品、版本和制卡命令集取自报告。数量上限在每本台账中分别计数：请用 --ledger-id \
        绑定台账，或绑定工作站，否则每本台账各有一份上限（`healthcard release station`）。
        """,
        "The test report: report.json, with evidence.json and its signature next to it or one folder up.":
            "检测报告 report.json；evidence.json 及其签名在同一文件夹或上一级。",
        "The authority's name. Default: the name in --certificate.": "放行机构的名称。默认：--certificate 中的名称。",
        "The last day, YYYY-MM-DD, Beijing time.": "最后一日，YYYY-MM-DD，北京时间。",
        "The first day, YYYY-MM-DD. Default: today.": "首日，YYYY-MM-DD。默认：今天。",
        "How many cards may be produced in all. Default: no limit.": "总共可以制作的张数。默认：不限。",
        "A station that may produce them, NAME or NAME@FINGERPRINT; may be repeated. Default: any.":
            "可以制卡的工作站，写作 名称 或 名称@指纹；可重复给出。默认：不限。",
        "The only ledger they may be entered in. Default: any.": "只能记入的台账。默认：不限。",
        """
        The last entry of that ledger, as `release station` prints it: a ledger without it is refused, so that a limit \
        granted in parts keeps counting.
        """: "该台账的末条，即 `release station` 的输出：没有这一条的台账被拒绝，分批发放的上限因此连续计数。",
        "The release's name. Default: R- and the beginning of the report's digest.":
            "放行书的名称。默认：R- 加报告摘要的开头。",
        "The version of the software that personalized the test cards, if it is not this one.":
            "制作测试卡的软件的版本；与本程序不同时给出。",
        "Allow only that very build, not every build of its version.": "只认可那一份程序文件，而不是同一版本。",
        "The authority's last revocation list: production then requires it or a later one.":
            "放行机构最近一份撤销清单：此后制卡须有这一份或更新的。",
        """
        Checks that may be missing because the readers cannot do them: a name, or a part of one between dots, such as \
        power-cut; may be repeated.
        """: "因读卡器无法执行而可以缺少的检测项：名称，或名称中两点之间的一段，例如 power-cut；可重复给出。",
        """
        A station whose evidence is accepted: NAME@FINGERPRINT as `healthcard testcards station` prints it there, or \
        with only the first 16 digits; may be repeated.
        """: """
        认可其证据的工作站：在该站执行 `healthcard testcards station` 输出的 名称@指纹，指纹可只写前 16 位；可重复给\
        出。
        """,
        "A file with such stations, one per line; # begins a comment.": "列有这类工作站的文件，每行一个；# 起为注释。",
        "Show what a release, a revocation list, an enrolment or an act contains; nothing is verified.":
            "显示放行书、撤销清单、放行机构登记书或双签文书的内容，不作验证。",
        "With --ledger or --keys, also shows who is enrolled there; without a file, only that.":
            "给出 --ledger 或 --keys 时，还显示其中登记的放行机构；不给文件时只显示后者。",
        "The file.": "要显示的文件。",
        "A key store; it is not opened.": "密钥库；不会打开。",
        "List what a revocation list revokes, or the releases that a ledger counts by.":
            "列出撤销清单所撤销的放行书，或台账据以计数的放行书。",
        "A revocation list; it is not verified.": "撤销清单；不作验证。",
        "List every reason why a release is not valid; exit code 8 if there is any.":
            "逐条列出放行书无效的原因；有任何一条，退出码即为 8。",
        """
        Always checks signature, authority, dates and revocation; with --maker, --product and --product-version also \
        those, the profile, the dialect and the station; with --test-report the report.
        """: """
        必查签名、放行机构、日期和撤销；给出 --maker、--product 和 --product-version 时，还查这几项以及卡片描述文件、制\
        卡命令集和工作站；给出 --test-report 时，还查检测报告。
        """,
        "The release.": "放行书。",
        "The dialect used to personalize the cards. Default: the profile's own.":
            "使用的制卡命令集。默认：取自卡片描述文件。",
        "The test report.": "检测报告。",
        "Sign the next revocation list, with one more release in it.": "签发下一份撤销清单，增列一份放行书。",
        """
        Each list contains all earlier revocations and has a number one higher; a factory that has seen a list accepts \
        no earlier one. Without a release the list is renewed as it is.
        """: """
        每份清单包含以前的全部撤销，编号加一；工厂见过某份清单后，不再接受更早的。不给出放行书时，按原样续签清单。
        """,
        "The release to revoke.": "要撤销的放行书。",
        "The authority's name. Default: the name in the release, or in the list before.":
            "放行机构的名称。默认：放行书或上一份清单中的名称。",
        "The reason, on one line.": "撤销原因，一行。",
        "The list before; omit it for the first one.": "上一份清单；第一份不给。",
        "The last day on which this list is valid, YYYY-MM-DD. Default: until there is a later list.":
            "本清单有效的最后一日，YYYY-MM-DD。默认：到有新清单为止。",
        "The authority's last revocation list; may be repeated.": "放行机构最近一份撤销清单；可重复给出。",
        "The manufacturer of the cards.": "制卡单位。",
        "The product: the chip and its operating system.": "产品：芯片及其卡操作系统。",
        "The product's version.": "产品的版本。",
        "The release granted on the test cards (`healthcard release`).":
            "依据测试卡签发的放行书（`healthcard release`）。",
        "The test report that the release rests on, to be compared with it.":
            "放行书所依据的检测报告，用来与放行书比较。",
        "The authority: create a key, show one, draw up who may release.": "放行机构：生成密钥、显示指纹、拟定登记书。",
        "Create an SM2 key under a passphrase, and the public key to be enrolled.":
            "生成受口令保护的 SM2 密钥，以及供登记的公钥。",
        """
        For the authority, and for each of the people at the factory who sign (`healthcard sign`). For certificates, \
        `openssl req -new -key FILE` makes a request for the key; the root signs it with SM2 and SM3, with the key \
        usage digitalSignature and a policy or extended key usage of the authority's own.
        """: """
        放行机构用，工厂中参与签署（`healthcard sign`）的每名人员也用。需要证书时，用 `openssl req -new -key 文件` 为该\
        密钥生成证书请求，由根用 SM2 和 SM3 签发，密钥用途为 digitalSignature，并带有该机构自己的证书策略或扩展密钥用\
        途。
        """,
        "The file for the private key; it must not exist yet.": "写入私钥的文件，不能已存在。",
        "The file for the public key; it must not exist yet.": "写入公钥的文件，不能已存在。",
        "Show the fingerprint of a public key or a root, to be compared by telephone.":
            "显示公钥或根证书的指纹，供电话核对。",
        "The public key or the certificate, in PEM.": "公钥或证书（PEM）。",
        "Draw up who may release, for two people to sign.": "拟定放行机构登记书，由两人签署。",
        """
        Two of the people named in the file sign it (`healthcard sign`); a later one, with --after, is signed by two \
        people of the one before, or by its authority. `healthcard keys authority` enters it in the key store, and the \
        first release in a ledger. Without an enrolment no production card is produced; no option of the line takes \
        its place (Docs/releases.md).
        """: """
        由文件中列出的两名人员签署（`healthcard sign`）；后续的登记书（--after）由前一份登记书上的两人或前一机构签署。\
        `healthcard keys authority` 把它录入密钥库，第一份放行书再把它带入台账。没有登记书不能制作正式卡，生产线的任何\
        选项都不能代替它（Docs/releases.md）。
        """,
        "The authority's name.": "放行机构的名称。",
        "One of the people at the factory who sign, and the file of their public key; give two or more.":
            "工厂中参与签署的一名人员及其公钥文件；至少给出两人。",
        "The enrolment that is in force, or all of them, one after the other.":
            "现行的登记书，或依次相接的全部登记书。",
        "Who may release: a public key, the certificate of a root, or an enrolment; may be repeated.":
            "可以放行的机构：公钥、根证书或放行机构登记书；可重复给出。",
        "Give a root together with --authority-signer and --authority-policy.":
            "给出根证书时，一并给出 --authority-signer 和 --authority-policy。",
        "With a root: the signer whose certificates count.": "与根证书同用：认可其下何人的证书。",
        """
        With a root: the object identifier that the signer's certificate carries for releases, as a policy or an \
        extended key usage of the authority's own.
        """: "与根证书同用：签发人证书中表示放行用途的对象标识符，即该机构自己的证书策略或扩展密钥用途。",
        "Sign what needs two people: who may release, or an act for a ledger.":
            "签署须由两人签署的文件：放行机构登记书，或台账的双签文书。",
        """
        Shows what is signed and asks for confirmation; the signature is added below the text. An enrolment of an \
        authority is signed by two of the people it names, a later one by two people or the authority of the one \
        before; an act for a ledger by two of the people enrolled there (Docs/releases.md).
        """: """
        先显示所签内容并要求确认，签名附在原文之后。放行机构登记书由其中列出的两人签署，后续的由前一份登记书上的两人或\
        前一机构签署；台账的双签文书由台账中登记的两人签署（Docs/releases.md）。
        """,
        "The file from `release authority enrol`, `ledger destroy` or `ledger adopt`.":
            "由 `release authority enrol`、`ledger destroy` 或 `ledger adopt` 生成的文件。",
        "Who signs; if the file contains names, it must give the key this name.":
            "签署人姓名；文件中列有人员时，须与该密钥的姓名一致。",
        "The private key of the authority or the person who signs, PKCS#8 under a passphrase, in PEM.":
            "签名的放行机构或人员的私钥：受口令保护的 PKCS#8，PEM 格式。",
        """
        A program that signs, for keys in a device: its last argument is e (SM3 of Z and the text, 64 hexadecimal \
        digits), and it prints r and s (128 digits). Needs --public-key.
        """: """
        用设备中的密钥签名的程序：最后一个参数为 e（Z 与正文的 SM3，64 位十六进制数），输出 r 和 s（128 位）。须与 \
        --public-key 同用。
        """,
        "With --signer: the device's public key, in PEM.": "与 --signer 同用：设备的公钥（PEM）。",
        "The certificate of the key, then those up to the root, in PEM; one option each.":
            "密钥的证书，然后依次是直到根的各证书（PEM）；每个证书给出一次本选项。",

        // Releases: examples
        "The authority creates its key.": "放行机构生成密钥。",
        "The factory draws up who may release.": "工厂拟定放行机构登记书。",
        "Two people sign it, each with their own key.": "两人各用自己的密钥签署。",
        "The authority grants a release on the test report.": "放行机构依据检测报告签发放行书。",
        "The factory verifies it.": "工厂验证放行书。",
        "The authority revokes it.": "放行机构撤销放行书。",
        "Grant a release for 10,000 cards.": "签发数量上限为一万张的放行书。",
        "What does a release contain?": "放行书写了什么？",
        "Which authority does a key store accept?": "密钥库认可哪家放行机构？",
        "Is a release valid?": "放行书是否有效？",
        "Is it valid for this product, and not revoked?": "放行书对这个产品是否有效、是否未撤销？",
        "Revoke a release, in the first list.": "在第一份清单中撤销放行书。",
        "Revoke another one, in the next list.": "在下一份清单中再撤销一份。",
        "What does a revocation list revoke?": "撤销清单撤销了哪些放行书？",
        "Which releases does the ledger count by, and how much is used?": "台账据哪些放行书计数、已用多少？",
        "Print what the authority needs for its release.": "输出放行机构签发时需要的内容。",
        "Create the authority's key.": "生成放行机构的密钥。",
        "Create the key of a person at the factory.": "生成工厂一名人员的密钥。",
        "Draw up who may release.": "拟定放行机构登记书。",
        "Show the fingerprint, to compare it by telephone.": "显示指纹，供电话核对。",
        "Sign an enrolment.": "签署放行机构登记书。",
        "Sign an act for a ledger.": "签署台账的双签文书。",

        // Test cards
        "Make test cards, put them to every check, and report.": "制作测试卡，执行全部检测，出具检测报告。",
        """
        Before a manufacturer makes production cards for the first time, or with another product, test cards are made \
        in the same environment and tested (Docs/testcards.md).

        The report in CAMPAIGN/report is what `healthcard release grant` needs. This station signs the evidence; \
        `healthcard testcards station` prints the name and fingerprint that the authority enrols it by.
        """: """
        制卡单位首次制作正式卡或更换产品之前，须在相同的生产环境中制作测试卡并检测（Docs/testcards.md）。

        测试任务文件夹中的 report 供 `healthcard release grant` 使用。证据由本工作站签名；`healthcard testcards \
        station` 输出放行机构登记该工作站所用的名称和指纹。
        """,
        "Begin a campaign: its description, and a batch of people who do not exist.":
            "建立测试任务：任务说明和一批虚构的人。",
        "The folder to make.": "要建立的文件夹。",
        "Who makes the cards.": "制卡单位。",
        "The chip under the card's operating system.": "卡操作系统所在的芯片。",
        "The card's operating system, as the product is sold.": "卡操作系统，按产品名称填写。",
        "Its version.": "产品的版本。",
        "The dialect that makes the card. Default: the profile's own.": "使用的制卡命令集。默认：取自卡片描述文件。",
        "How many cards.": "卡的张数。",
        "How many of them destructive checks may have.": "其中留作破坏性检测的张数。",
        "Another number, other people.": "种子：换一个数，就换一批人。",
        "The batch's name. Default: TC- and the day.": "批次号。默认：TC- 加日期。",
        "A station that takes part; may be repeated.": "参与的工作站；可重复给出。",
        "A machine or reader that takes part; may be repeated.": "参与的设备或读卡器；可重复给出。",
        "Who tests. Default: the user's name.": "检测人员。默认：当前用户名。",
        "The last day. Default: the first.": "末日。默认：与首日相同。",
        "Make a campaign's cards: the production engine, lanes and ledger, with test keys.":
            "制作测试任务的卡：程序、各路和台账与正式制卡相同，密钥为测试密钥。",
        """
        What `healthcard personalize --batch CAMPAIGN/batch` does, and takes the same lanes. What the environment was \
        is written to environment.json, which cards were made to cards.json. The ledger is CAMPAIGN/ledger.sqlite \
        unless another is named; virtual chips stay in CAMPAIGN/chips.
        """: """
        相当于 `healthcard personalize --batch CAMPAIGN/batch`（CAMPAIGN 为测试任务的文件夹），各路的选项相同。当时的生\
        产环境写入 environment.json，制成的卡写入 cards.json。不另行指定时，台账为 CAMPAIGN/ledger.sqlite；虚拟芯片保存\
        在 CAMPAIGN/chips。
        """,
        "The campaign's folder.": "测试任务的文件夹。",
        "Use extended-length commands, as the production run will.": "使用扩展长度命令，与正式制卡时一致。",
        "A line of JSON for each event, and a report.": "每个事件输出一行 JSON，最后为报告。",
        "Put cards to every check of the suite and write the evidence.": "对卡执行全套检测，写出证据。",
        """
        Destructive checks are done on cards set aside only, and last. This station signs the evidence. The whole \
        suite on a campaign's cards is kept in CAMPAIGN/evidence.json (what was there moves to CAMPAIGN/earlier); a \
        run with --only, --case or --fault, or one that was stopped, in a folder of its own in CAMPAIGN/parts. --failed \
        adds its results to CAMPAIGN/evidence.json, which keeps both. Exit code 7: a check failed, or was not run, or \
        the run was not the whole suite.
        """: """
        破坏性检测最后做，只用留出的卡。证据由本工作站签名。对测试任务的卡所做的全套检测，证据保存在 \
        CAMPAIGN/evidence.json（CAMPAIGN 为测试任务的文件夹；原有的移到 CAMPAIGN/earlier）；用 --only、--case 或 --fault \
        的检测，或中途停止的检测，各存入 CAMPAIGN/parts 中的一个文件夹。--failed 的结果追加到 CAMPAIGN/evidence.json，前后\
        结果都保留。有检测项不通过或未执行，或不是全套检测时，退出码为 \
        7。
        """,
        "The campaign's folder. Without it any card is judged by the profile.":
            "测试任务的文件夹。不给时，只依据卡片描述文件判断任何一张卡。",
        "The readers the cards are in: all, or names, parts of names, numbers. Default: all but the SAM's.":
            "卡所在的读卡器：all，或名称、名称的一段、编号。默认：SAM 卡读卡器以外的全部读卡器。",
        "virtual: the campaign's virtual chips in this process; virtual:N: N cards made for the purpose.":
            "virtual：测试任务的虚拟芯片，在本进程中；virtual:N：为检测制作的 N 张卡。",
        "The dialect of the card. Default: the campaign's, else the profile's own.":
            "卡的制卡命令集。默认：测试任务的，其次取自卡片描述文件。",
        "Without a campaign: the card may be spoiled, destructive checks are done.":
            "没有测试任务时：卡可以损坏，执行破坏性检测。",
        "Writes of the endurance checks; without it there are none.": "耐久检测的写入次数；不给则不做。",
        "Only checks whose name begins with this; may be repeated.": "只做名称以此开头的检测项；可重复给出。",
        "Who tests. Default: the campaign's tester, else the user's name.":
            "检测人员。默认：测试任务的检测人员，其次为当前用户名。",
        "A new file for the evidence. Default: in the campaign's folder, else none.":
            "写入证据的新文件。默认：有测试任务时写入其文件夹，否则不写。",
        "The folder of the station that signs the evidence; made when it is missing.":
            "签署证据的工作站的文件夹；不存在时自动建立。",
        "Default: HEALTHCARD_STATION, else that of this user.": "默认：HEALTHCARD_STATION，其次为本用户的工作站。",
        "A line of JSON for each result on standard output, and a summary.":
            "在标准输出上为每个结果输出一行 JSON，最后为汇总。",
        "Write the report of a run: JSON, JUnit, HTML and PDF, Chinese and English.":
            "写出检测报告：JSON、JUnit、HTML 和 PDF，中文和英文。",
        """
        The same evidence gives the same files to the byte (PDF: with the same fonts). --check compares instead. \
        Evidence that is not, to the byte, what its station signed is refused (exit code 6); evidence of older \
        software gives a report that is marked as unsigned, and never passed.
        """: """
        同一份证据得到逐字节相同的文件（PDF 还要求字体相同）。--check 只比较，不写出。证据与工作站签署的不是逐字节一致\
        时，拒绝处理（退出码 6）；旧版软件的证据得到的报告注明未签名，结论不会是“通过”。
        """,
        "The campaign's folder, one of its parts, or an evidence.json.":
            "测试任务的文件夹、其中一次部分检测的文件夹，或 evidence.json。",
        "The folder to write. Default: report beside the evidence.": "写入报告的文件夹。默认：证据同处的 report。",
        "Write nothing: say whether the report there is what its evidence gives.":
            "不写出任何内容，只检查已有的报告与证据是否一致。",
        "Show the name and fingerprint this station signs evidence under.": "显示本工作站签署证据所用的名称和指纹。",
        """
        NAME@FINGERPRINT is what `healthcard release grant --evidence-station` takes. The authority gets it from the \
        manufacturer by another way than the evidence: on paper, by telephone. A station that is not there yet is made.
        """: """
        `healthcard release grant --evidence-station` 使用的是 名称@指纹。放行机构须以证据以外的途径（纸面、电话）从制\
        卡单位取得。工作站不存在时自动建立。
        """,
        "The station's folder.": "工作站的文件夹。",
        "List every check of the suite, as the profile gives them.": "列出由卡片描述文件生成的全部检测项。",
        "The dialect of the card. Default: the profile's own.": "卡的制卡命令集。默认：取自卡片描述文件。",
        "Markdown: Docs/checks.md.": "输出 Markdown：Docs/checks.md。",
        "Show that the suite finds what can be wrong with a card.": "验证全套检测能够发现卡的各种故障。",
        """
        Makes a virtual card for each seeded fault (healthcard virtual --list-faults), puts it to the whole suite, and \
        says which checks fail; on a right card none may. Ends with 5 if a fault is not found or a right card is \
        faulted.
        """: """
        为每个植入故障制作一张虚拟卡（healthcard virtual --list-faults），执行全套检测，列出不通过的检测项；正确的卡上\
        不得有不通过。有故障未发现，或正确的卡被误报时，退出码为 5。
        """,
        "The folder of a test batch; its first person gets the cards, or --id.":
            "测试任务的文件夹；为其中第一人制卡，或为 --id 指定的人制卡。",
        "The ID number of the person who gets the cards.": "为其制卡的人的身份证号。",
        "Only this fault; repeatable. Default: all.": "只测这个故障；可重复给出。默认：全部。",
        "How many cards at a time.": "同时检测的卡数。",
        "Print a table in Markdown: by which way each fault is found.": "输出 Markdown 表格，列出各故障由哪种途径发现。",

        // Test cards: examples
        "Begin a campaign.": "建立测试任务。",
        "Make its cards on all readers.": "用全部读卡器制作测试卡。",
        "Put them to the whole suite.": "对测试卡执行全套检测。",
        "Write the report.": "写出检测报告。",
        "Make virtual cards.": "制作虚拟测试卡。",
        "A campaign's cards, in readers.": "测试任务的卡，在读卡器中。",
        "A campaign's virtual cards.": "测试任务的虚拟卡。",
        "Any card, seen for the first time; with --set-aside it may be spoiled.":
            "任何一张初次见到的卡；加 --set-aside 表示可以损坏。",
        "What does the suite report for a fault?": "全套检测对某个故障报告什么？",
        "Is the report what its evidence gives?": "报告与证据是否一致？",
        "Print this station's name and fingerprint, for the authority.": "输出本工作站的名称和指纹，告知放行机构。",
        "List every check of the suite.": "列出全部检测项。",
        "Does the suite find this fault?": "全套检测能否发现这个故障？",
        "Serve hospital programs over HTTP: start healthcard-agent, which is installed next to this program.":
            "通过 HTTP 为医院程序提供服务：启动安装在本程序同一目录的 healthcard-agent。",
        """
        Everything after `serve` is passed to healthcard-agent, whose own help is `healthcard serve --help-agent`. \
        Docs/agent.md describes pairing, the API and what keeps cards safe in it.
        """: """
        `serve` 之后的参数全部交给 healthcard-agent，其帮助见 `healthcard serve --help-agent`。配对、接口和安全措施见 \
        Docs/zh/agent.md。
        """,
        "Print the help of healthcard-agent.": "输出 healthcard-agent 的帮助。",
        "Arguments for healthcard-agent.": "交给 healthcard-agent 的参数。",
        "Start the service on the first free port of 8327-8336.": "在 8327-8336 中第一个空闲端口上启动服务。",
        "Explain a check: what it does, by which clause, and what a failure means.":
            "说明一个检测项：做什么、依据哪一条、不通过意味着什么。",
        """
        The commands shown are those that the check sends to a correct card, a virtual one made for it here; \
        challenges and cryptograms differ each time. --json has both languages.
        """: """
        所列命令是该检测项对一张合格的卡（在此临时制作的虚拟卡）所发的命令，其中随机数和密文每次不同。--json 同时给出中英文。
        """,
        "The name of the check, as in `testcards list`.": "检测项名称，见 `testcards list`。",
        "What does this check do?": "这个检测项做什么？",
        "Compare two runs: subject, environment, profile, checks, results and times.":
            "比较两次检测：送检对象、环境、卡片描述文件、检测项、结果和用时。",
        """
        A and B are the folders of campaigns, parts or reports, or evidence.json files. The evidence must be, to the \
        byte, what its station signed. Times are compared by their medians; a difference of a tenth or less is not shown.
        """: """
        A、B 可为测试任务、其中一部分或报告的文件夹，或 evidence.json。证据须与工作站所签的逐字节一致。用时按中位数比较，相差\
        不超过一成的不列出。
        """,
        "A campaign, a part, a report's folder, or an evidence.json.": "测试任务、其中一部分、报告文件夹，或 evidence.json。",
        "Another one.": "另一个。",
        "What changed between two campaigns?": "两个测试任务之间有哪些变化？",
        "Write the short form as well: the first page and the failures.": "同时写出简版：首页和未通过项。",
        """
        Run only what failed in the campaign's evidence, and what could not be run because of it, on the same \
        cards; the results are added to the evidence.
        """: """
        只重做测试任务证据中未通过的检测项，以及因此未能进行的检测项，使用原来的卡；结果追加到证据中。
        """,
        "Run only the check of this name (`testcards list`); may be repeated.":
            "只做这一检测项（名称见 `testcards list`）；可重复给出。",
    ]
}
