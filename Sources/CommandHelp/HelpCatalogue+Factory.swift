extension HelpCatalogue {
    /// Of the commands that produce cards: batches, the production line, its ledger, and virtual cards for rehearsals.
    static let factoryInChinese: KeyValuePairs<String, String> = [
        // Batches and the production line
        "Personalize the cards of a batch on many readers, or one applicant's card.":
            "在多个读卡器上制作整批卡，或只制一位申请人的卡。",
        """
        Each card is written, reset, read back with its own keys, compared byte for byte, and only then activated. \
        Without --id the whole batch is produced, one lane for each reader: the batch is checked first, and every step \
        that counts is entered in a ledger before it is carried out, so that --resume continues a run that was \
        interrupted at any point. Test batches use the published test keys. A production batch needs --keys and a \
        release; without them it is refused with exit code 8 and the exact reason (Docs/releases.md).

        During a run, press p to pause, r to resume, s to stop after the cards in work, q to stop at once, and e when \
        the blank cards are used up; on a pipe, send the words pause, resume, stop, quit, empty. Ctrl-C stops after \
        the cards in work; a second Ctrl-C stops at once.
        """: """
        每张卡写入后复位，用卡自己的密钥读回，逐字节比对一致后才激活。不给 --id 时制作整批，每个读卡器为一路：先核对批\
        次；凡要计数的步骤，都在执行之前记入台账，因此无论在哪里中断，都可用 --resume 继续。测试批次使用公开的测试密\
        钥。正式批次须给出 --keys 和放行书，否则拒绝制作（退出码 8），并说明确切原因（Docs/releases.md）。

        运行中按 p 暂停，r 继续，s 完成当前卡后停止，q 立即停止，空白卡用完时按 e；经管道控制时，发送 pause、resume、\
        stop、quit、empty。Ctrl-C 完成当前卡后停止，再按一次立即停止。
        """,
        "Personalize only this applicant's card, for the bench; it is not entered in a ledger.":
            "只制这位申请人的卡，供试制用；不记入台账。",
        "Print JSON: one object for a card; for a batch, one line per event and a report.":
            "输出 JSON：单张卡为一个对象；整批为每个事件一行，最后为报告。",
        "No progress on standard error.": "不在标准错误上显示进度。",
        "Show what would be sent to a blank chip for one applicant, and what it costs.":
            "显示为一位申请人制卡时将发给空白芯片的命令及其开销。",
        """
        No reader is needed and nothing is written. The applicant's row, photo and reply files are checked as in \
        production: bad data ends with exit code 6 and a message that names the row and the item. Commands are shown \
        by header, place and length, without personal data.
        """: """
        不需要读卡器，也不写入任何内容。申请人的行、照片和回盘按制卡时的要求核对：数据有误时退出码为 6，并指出行和数据\
        项。命令只显示命令头、位置和长度，不显示个人信息。
        """,
        "The chip's serial number, 16 hexadecimal digits; it is part of item 9 and of the keys.":
            "芯片序列号，16 位十六进制数；用于数据项 9 和密钥。",
        "The batch folder: batch.json, applications.csv, reply files, photos/ (Docs/batch.md).":
            "批次文件夹：batch.json、applications.csv、回盘文件、photos/（Docs/batch.md）。",
        "An overlay on the batch's profile, by name or path, such as a manufacturer's; may be repeated.":
            "加在批次的卡片描述文件上的差异描述文件，例如某芯片厂商的：名称或路径；可重复给出。",
        "The dialect used to personalize the card. Default: the profile's own.":
            "使用的制卡命令集。默认：取自卡片描述文件。",
        "Use extended-length commands, of which fewer are needed, where card and reader both support them.":
            "卡和读卡器都支持时使用扩展长度命令，以减少命令数。",
        "The applicant's ID number, as in applications.csv.": "申请人的身份证号，与 applications.csv 中一致。",
        "Find every problem of a batch before any card is produced.": "制卡之前找出批次中的全部问题。",
        """
        Checks batch.json, the approvals, the reply files, every row and every photo, and lists every problem with its \
        place, what it is and how to correct it; the values themselves are not shown. Nothing is written to the \
        folder. A batch with a problem ends with exit code 6, unless the rows concerned are excluded with --set-aside \
        or --set-aside-file. Docs/batch.md lists the codes of a report.
        """: """
        核对 batch.json、审批、回盘文件、每一行和每张照片，列出全部问题及其位置、内容和更正办法，不显示数据本身。不向文\
        件夹写入任何内容。有问题时退出码为 6，除非有问题的行已用 --set-aside 或 --set-aside-file 搁置。报告中的代码见 \
        Docs/batch.md。
        """,
        "Write the full report to this file.": "把完整报告写入此文件。",
        "Overwrite the report's file, whatever it contains.": "报告文件已存在时覆盖，不论其中是什么。",
        "The format of the report.": "报告的格式。",
        "A card profile other than the batch's own: a name, or the path of a YAML file.":
            "不用批次自身的卡片描述文件，而用另一个：名称，或 YAML 文件的路径。",
        "Rows to exclude, numbered as in an editor: 17,23. May be repeated.":
            "要搁置的行，行号与文本编辑器一致：17,23。可重复给出。",
        "A file with rows or ID numbers to exclude, one per line; may be repeated.":
            "列有要搁置的行号或身份证号的文件，每行一个；可重复给出。",
        "Put ID numbers here: the shell keeps what is typed on a command line.":
            "身份证号应写在这里：命令行上输入的内容会留在 shell 历史中。",
        "Whole batches: check the folder, show the progress, write the lists.":
            "整个批次：核对文件夹、查看进展、写出清单。",
        "Show how far a batch is: its counts in the ledger, and the cards whose outcome is open.":
            "查看批次进展：台账中的账目，以及结果未定的卡。",
        "Exit code 0 when all cards are produced; 7 while some are not, or if any was rejected or is void.":
            "全部制成时退出码为 0；尚有未制成的，或有剔除、作废的，为 7。",
        "The batch folder.": "批次文件夹。",
        "Write the lists of a batch: packing lists, rejects, scrap list, and a summary whose counts reconcile.":
            "写出批次的清单：装箱单、未制成清单、废卡清单，以及核对账目的汇总。",
        """
        A packing list for each collection point, the rows without a valid card and why, the chips to be destroyed and \
        why, and summary.json, as text, CSV and JSON. Lists of another batch in the folder are not overwritten. The \
        lists identify people by ID number, and only you can read them. `personalize` writes them when a batch is \
        done; this command writes them at any time.
        """: """
        每个领卡点一份装箱单，没有有效卡的行及其原因，待销毁的芯片及其原因，以及 summary.json；格式为文本、CSV 和 \
        JSON。文件夹中若是另一批次的清单，不会覆盖。清单含身份证号，只有本用户可读。批次结束时 `personalize` 会写出清\
        单；本命令可随时重写。
        """,
        "The folder for the lists. Default: out in the batch folder.": "写入清单的文件夹。默认：批次文件夹中的 out。",
        "Print the summary as JSON.": "以 JSON 输出汇总。",
        "The readers, one lane each: all, or names, unique parts of names, or numbers in `healthcard readers`.":
            "读卡器，每个为一路：all，或名称、名称中唯一的一段、`healthcard readers` 中的编号。",
        "virtual:N gives N lanes of virtual chips in this process. Default: all but the SAM's reader.":
            "virtual:N 为本进程中的 N 路虚拟芯片。默认：SAM 卡读卡器以外的全部读卡器。",
        "Continue a batch that is already in the ledger, or join another station that works on it.":
            "继续台账中已有的批次，或加入正在制作该批次的其他工作站。",
        "The program of a feeder machine (Docs/feeder.md). Default: a person is asked to move the cards.":
            "送卡机的程序（Docs/feeder.md）。默认：由程序提示人来放卡、取卡。",
        "A CSV file of applicants who have a card and get another: rows `row,reason`; the old card becomes void.":
            "列有补换卡申请人的 CSV 文件，每行为 `row,reason`（行号、原因）；旧卡随即作废。",
        "Only for a batch that is not in the ledger yet.": "只用于尚未登记到台账的批次。",
        "Replace this applicant's card, produced in this batch: it becomes void, and another one is produced.":
            "补换本批次中为此人制成的卡：旧卡作废，另制一张。",
        "Needs --reason. Give - to read the number from standard input, so that the shell does not keep it.":
            "须与 --reason 同用。写作 - 时从标准输入读入号码，以免留在 shell 历史中。",
        "With --replace: why, for the ledger, without names or numbers of people.":
            "与 --replace 同用：原因，记入台账；不得含姓名和号码。",
        "The folder for the lists when the batch is done. Default: out in the batch folder.":
            "批次结束时写入清单的文件夹。默认：批次文件夹中的 out。",
        "The operator of the line, for the ledger. Default: the user's name.": "操作员，记入台账。默认：当前用户名。",
        "Ring the terminal's bell whenever the operator needs to act.": "需要操作员动手时响铃。",
        "Show the line in a browser at this address of this machine, such as 127.0.0.1:8330.":
            "在本机的这个地址上用浏览器显示生产线，例如 127.0.0.1:8330。",
        """
        Anybody who reaches the address sees the line. It is paused and stopped there with the token that the terminal \
        shows, on this machine alone.
        """: "能访问该地址的人都能看到生产线。凭终端上显示的口令可在浏览器中暂停、停止，但仅限本机。",
        "How many cards in a row without success stop a lane.": "连续多少张不成功，即停止这一路。",
        "How many lanes with the same error, and no success in between, stop the line.":
            "多少路出现同一错误、其间没有制成，即停止整条生产线。",
        "How many chips may fail for one applicant.": "一位申请人最多可失败的芯片数。",
        "How many seconds to wait for a card that was removed before it was finished.":
            "卡未制完被取出时，等待放回的秒数。",
        "How many seconds to wait for a reader, or for a card that a feeder has loaded.":
            "等待读卡器，或等待送卡机已放入的卡的秒数。",
        "How many seconds a card may take for one command before its reader is given up.":
            "等待一条命令应答的秒数，超过即放弃该读卡器。",
        "With virtual lanes: the folder for their chips. Default: the chips are not kept.":
            "用于虚拟路：存放芯片的文件夹。默认：不保留芯片。",
        "With virtual lanes: how many chips there are. Default: as many as needed.":
            "用于虚拟路：芯片总数。默认：需要多少有多少。",
        """
        environment.json of the test cards (Docs/testcards.md): differences are shown; those that matter stop the run.
        """: "测试卡的 environment.json（Docs/testcards.md）：列出不同之处，关键处不同即拒绝制卡。",

        // Batches and the production line: examples
        "List every problem of a batch.": "列出批次的全部问题。",
        "Write all problems to a table, for the sender of the data.": "把全部问题写成表格，交给数据提供方。",
        "Can the batch be produced without rows 17 and 23?": "搁置第 17、23 行后能否制卡？",
        "How far is a batch?": "批次做到哪里了？",
        "Write the packing lists, the rejects, the scrap list and the summary.":
            "写出装箱单、未制成清单、废卡清单和汇总。",
        "Rehearse a batch on four virtual chips, without readers.": "不用读卡器，在四路虚拟芯片上演练一批。",
        "Produce a batch on all readers.": "用全部读卡器制作一批。",
        "Continue after a stop, a crash or a power cut.": "停止、崩溃或断电之后继续。",
        "Produce production cards, with the key store and the release.": "用密钥库和放行书制作正式卡。",
        "Replace a card of this batch.": "补换本批次的一张卡。",
        "Personalize one test card for the bench.": "试制一张测试卡。",
        "Show the commands for one applicant's card, and what they cost.": "显示一位申请人的卡的全部命令及其开销。",

        // The ledger
        "The register of all cards produced: verify it, look things up, export it.":
            "制卡台账：核对、查询、登记、导出。",
        """
        Every step of production is entered before it is carried out. Each entry is chained to its station's one before \
        by SM3, and the station signs its chain at the end of a run (Docs/ledger.md).
        """: """
        制卡的每一步都在执行之前记入台账。每个条目以 SM3 与本站的前一条相连，运行结束时由工作站签名（Docs/ledger.md）。
        """,
        "List the batches and their counts, or the entries.": "列出各批次及其账目，或列出条目。",
        "ID numbers are masked unless --show-data is given.": "不给 --show-data 时，隐去身份证号中段。",
        "List the entries instead of the batches.": "列出条目，而不是批次。",
        "With --entries: the first entry to show.": "与 --entries 同用：从第几条开始。",
        "Show ID numbers in full.": "显示完整的身份证号。",
        "Print JSON, one object per line.": "输出 JSON，每行一个对象。",
        "Write all entries to standard output, as JSON lines or CSV.": "把全部条目写到标准输出，格式为 JSON 行或 CSV。",
        """
        The export contains ID numbers unless --mask is given; a masked export can be read, but not verified. A ledger \
        of earlier software is left as it is: export it before anything else opens it.
        """: """
        不给 --mask 时，导出内容含身份证号；隐去号码的导出只供阅读，不能用来核对。旧版软件的台账保持原样：请在其他命令打\
        开它之前先导出。
        """,
        "The format of the export; json writes one object per line.": "导出的格式；json 为每行一个对象。",
        "Mask the middle of ID numbers.": "隐去身份证号中段。",
        "The ledger: a SQLite file, or postgres://USER@HOST/DATABASE for several stations.":
            "台账：SQLite 文件；多台工作站共用时为 postgres://用户@主机/数据库。",
        """
        Default: HEALTHCARD_LEDGER, else healthcard/ledger.sqlite in XDG_STATE_HOME or ~/.local/state. A password \
        belongs in ~/.pgpass, not on a command line.
        """: """
        默认：HEALTHCARD_LEDGER，其次为 XDG_STATE_HOME 或 ~/.local/state 中的 healthcard/ledger.sqlite。数据库口令写在 \
        ~/.pgpass 中，不写在命令行里。
        """,
        "The folder with this station's name and signing key; created if it does not exist.":
            "存放本工作站名称和签名密钥的文件夹；不存在时自动建立。",
        "Default: HEALTHCARD_STATION, else healthcard/station in XDG_STATE_HOME or ~/.local/state.":
            "默认：HEALTHCARD_STATION，其次为 XDG_STATE_HOME 或 ~/.local/state 中的 healthcard/station。",
        "Find every byte of the ledger that was changed by other means, and report where.":
            "找出台账中被擅自改动的每个字节，并指出位置。",
        """
        The chains are computed anew, the stations' signatures are verified, and the tables are rebuilt from the entries \
        and compared; in a SQLite file that was closed by a run, every page is checked as well. A finding ends with \
        exit code 6. A ledger that cannot be read, or a file that is not a ledger, ends with 2: whether it was changed \
        cannot be told. Entries that an interrupted run left unsigned are reported in a note: the next run signs them.

        Whoever can write to the store and to the station's folder can put both back to an earlier state. That is \
        detected by what they cannot write: a head that somebody noted (`healthcard ledger head`), and a second \
        person's signature (`healthcard ledger countersign`).
        """: """
        重新计算各站的链，核对各工作站的签名，并由条目重建各表、逐一比较；由运行正常关闭的 SQLite 文件还要逐页核对。有改动\
        之处时退出码为 6；台账读不了，或文件不是台账时为 2，此时无法判断是否被改动。中断的运行留下的未签名条目只作说\
        明：下次运行会签名。

        既能写台账又能写工作站文件夹的人，可以把两者一起放回以前的状态。这要靠此人写不了的东西来发现：他人抄下的末条\
        （`healthcard ledger head`）和第二人的会签（`healthcard ledger countersign`）。
        """,
        "A head that was noted: the ledger must continue from it; may be repeated.":
            "抄下的末条：台账须从它接续；可重复给出。",
        "Whose countersignature is required.": "须有何人的会签。",
        "That person's public key, in PEM. Default: the key in the ledger, which is taken on trust.":
            "此人的公钥（PEM）。默认：采信台账中的公钥。",
        "Require that a station's last signature is countersigned.": "要求工作站的最后一个封签已会签。",
        "Show what happened to one person's cards, who did it and where, and how things are now.":
            "查看一个人的卡：何时何处由何人处理，现在是否有效。",
        """
        One sentence for each event, with station, operator and lane, and one line that says whether there is a valid \
        card now. Give - to read the number from standard input, so that the shell does not keep it.
        """: """
        每个事件一句话，注明工作站、操作员和路；最后一行说明现在是否有有效卡。号码写作 - 时从标准输入读入，以免留在 \
        shell 历史中。
        """,
        "The ID number, or - for standard input.": "身份证号；写作 - 时从标准输入读入。",
        "Print the same as one JSON object.": "以一个 JSON 对象输出同样的内容。",
        "Declare a chip's card lost, destroyed or never issued.": "声明某芯片上的卡作废：遗失、已毁或从未发出。",
        """
        For a card that was begun and cannot be found: its attempt ends, and its applicant waits for another chip. The \
        applicant of a finished card waits again only with --remake; otherwise the card is void and no other is \
        produced (`personalize --replace` does both in one step). This cannot be undone: make sure that the card is \
        not in use.
        """: """
        用于已开始制作而找不到的卡：这次制作就此结束，申请人等待另一张芯片。已制成的卡，加 --remake 时申请人才重新等待\
        制卡；否则只作废，不再另制（`personalize --replace` 一步完成这两件事）。作废不可撤销：请先确认卡没有在用。
        """,
        "The chip's serial number, 16 hexadecimal digits.": "芯片序列号，16 位十六进制数。",
        "Why, for the ledger, without names or numbers of people.": "原因，记入台账；不得含姓名和号码。",
        "Let the applicant of a finished card wait for another one.": "让已制成卡的申请人重新等待制卡。",
        "Who declares it, for the ledger. Default: the user's name.": "声明人，记入台账。默认：当前用户名。",
        "Draw up the act by which two people record that chips were destroyed.": "拟定双签文书，由两人登记芯片已销毁。",
        """
        A chip that keys or content were written to counts against the release, whatever became of it, until its \
        destruction is entered. This command writes the act; two of the people enrolled with the authority sign it \
        (`healthcard sign FILE`), and `healthcard ledger enter FILE` enters it. For a chip that is somebody's card or \
        still open, run `healthcard ledger void` first.
        """: """
        写入过密钥或内容的芯片，无论后来如何，都计入放行书的数量，直到登记销毁。本命令写出文书，由随放行机构登记的人员\
        中的两人签署（`healthcard sign 文件`），再用 `healthcard ledger enter 文件` 登记。芯片若是某人的卡，或结果未\
        定，请先执行 `healthcard ledger void`。
        """,
        "The chips' serial numbers, 16 hexadecimal digits each.": "芯片序列号，每个 16 位十六进制数。",
        "How and why, for the ledger, without names or numbers of people.":
            "销毁方式和原因，记入台账；不得含姓名和号码。",
        "The file for the act; it must not exist yet.": "写入文书的文件，不能已存在。",
        "Adopt a ledger that this station has lost track of, and record the adoption.":
            "本工作站失去台账的记录后，重新接管台账并登记。",
        """
        A station keeps track of how far it has come in each ledger. If that record is missing or differs, the ledger \
        may be an older copy, in which cards would be counted anew: find out first. Where an authority is enrolled, \
        --out writes an act that two of its people sign (`healthcard sign FILE`), and `healthcard ledger enter FILE` \
        enters it at this station. Elsewhere this station's own word is enough, but production cards still need the \
        two people. The same act allows a station that joined the ledger later to produce production cards.
        """: """
        工作站记着自己在每本台账中走到了哪里。这一记录丢失或不符时，台账可能是旧副本，会使数量重新计起：请先查明。已登\
        记放行机构的，--out 写出文书，由其两名人员签署（`healthcard sign 文件`），再在本工作站用 `healthcard ledger \
        enter 文件` 登记。未登记的，由本工作站自行声明即可，但制作正式卡仍须两人签署。后来加入台账的工作站，也凭这种文\
        书获准制作正式卡。
        """,
        "The file for an act to be signed; it must not exist yet.": "写入待签署文书的文件，不能已存在。",
        "Enter an act that two people have signed: chips destroyed, or a ledger adopted.":
            "登记两人签署的文书：芯片销毁，或接管台账。",
        "An act is entered only once. The destruction of a chip frees its place in the release's limit.":
            "每份文书只能登记一次。芯片登记销毁后，不再占用放行书的数量。",
        "The signed act.": "已签署的文书。",
        "Print how far the ledger goes: a number and a hash, to be noted elsewhere.":
            "输出台账的末条：编号和摘要，供另处抄存。",
        """
        A ledger that was put back to an earlier state does not continue from a head noted after that state: \
        `healthcard ledger verify --head "SEQ HASH"` detects this, and a release that names the head is refused there. \
        Give the head to whoever grants the next release, or keep it on paper. Where several stations write, this one \
        first enters how far it has seen the others, so that the head holds for all of them.
        """: """
        台账若被退回到以前的状态，就不再从后来抄下的末条接续：`healthcard ledger verify --head "编号 摘要"` 能够发现，\
        写明这一末条的放行书也会被拒绝。请把末条交给签发下一份放行书的人，或抄在纸上保存。多\
        台工作站登记时，本站先登记所见其他各站的末条，使这一末条对各站都有效。
        """,
        "Print a station's last signature instead of the last entry.": "输出工作站的最后一个封签，而不是末条。",
        "Countersign a station's last signature with another person's key.":
            "由另一人用自己的密钥会签工作站的最后一个封签。",
        """
        What is countersigned cannot be removed from the ledger without the signer noticing: the signer keeps the line \
        that this command prints. Where an authority is enrolled, its people countersign, under their own names and \
        with their own keys; elsewhere anybody can, and the name keeps its key. `healthcard ledger verify \
        --countersigned-by NAME --require-countersign` shows whether it was done.
        """: """
        会签过的内容若从台账中去掉，会签人能够发现：请会签人保存本命令输出的一行。已登记放行机构的，由其人员以登记的姓\
        名和密钥会签；未登记的，任何人都可会签，此后该姓名只认这个密钥。`healthcard ledger verify --countersigned-by 姓\
        名 --require-countersign` 检查是否已会签。
        """,
        "The signer's name, as enrolled.": "会签人姓名，与登记的一致。",
        "Create a shared ledger in PostgreSQL, or bring one up to date, as its owner.":
            "以所有者身份在 PostgreSQL 中建立共用台账，或把已有的更新到当前版本。",
        """
        Production cards are entered by a role that can only add: it reads the ledger and adds entries, but cannot \
        change or remove anything. --ledger names the owner, whom no station uses; --station-role names the stations' \
        role, which must already exist (CREATE ROLE … LOGIN). `healthcard ledger sql` prints the same for psql.
        """: """
        正式卡由只能追加的角色登记：它可以读台账、追加条目，不能修改或删除任何内容。--ledger 写所有者，工作站不使用这个\
        角色；--station-role 写工作站的角色，须已建立（CREATE ROLE … LOGIN）。`healthcard ledger sql` 输出同样的内容，\
        供 psql 执行。
        """,
        "The role that stations write with.": "工作站写台账所用的角色。",
        "Print the SQL that creates a shared ledger in an empty PostgreSQL database.":
            "输出在空的 PostgreSQL 数据库中建立共用台账的 SQL。",
        "The role that stations write with. Default: psql takes it from -v station=ROLE.":
            "工作站写台账所用的角色。默认：由 psql 的 -v station=角色 给出。",

        // The ledger: examples
        "Was anything in the ledger changed?": "台账有没有被改动？",
        "Does the ledger continue from the head that was noted?": "台账是否从抄下的末条接续？",
        "Is the last signature countersigned by this person?": "最后一个封签是否已由此人会签？",
        "List the batches and their counts.": "列出各批次及其账目。",
        "List the entries from number 100 on.": "从第 100 条起列出条目。",
        "What happened to one person's cards?": "一个人的卡是怎么回事？",
        "Export all entries as a table, with ID numbers masked.": "把全部条目导出为表格，隐去身份证号中段。",
        "Declare a card void that was begun and cannot be found.": "将已开始制作而找不到的卡作废。",
        "Declare a finished card void, and let its applicant wait for another.":
            "将已制成的卡作废，申请人重新等待制卡。",
        "Draw up the act about a destroyed chip.": "为已销毁的芯片拟定文书。",
        "Adopt a ledger in which no authority is enrolled.": "接管未登记放行机构的台账。",
        "Draw up the act for two people to sign.": "拟定由两人签署的文书。",
        "Enter an act that two people have signed.": "登记两人签署的文书。",
        "Note the last entry.": "抄下末条。",
        "Countersign as a second person.": "由第二人会签。",
        "Create a ledger that several stations share.": "建立多台工作站共用的台账。",
        "Write the SQL for the database's administrator.": "写出 SQL，交给数据库管理员。",

        // Virtual cards and the demo
        "Put a virtual card, or a virtual SAM, into a virtual reader.": "把虚拟卡或虚拟 SAM 卡放入虚拟读卡器。",
        """
        The card connects to the vpcd slot that listens on --port and stays there until SIGTERM or Ctrl-C. A new card \
        is blank, with the published test transport key; with --state it is kept in a JSON file that you can look \
        into, including its keys. With --sam it is a security access module with the published test keys of its \
        --type, such as a clinic has in its second slot. For virtual readers without any hardware, run \
        `Scripts/with-virtual-readers 2 -- bash`.
        """: """
        卡连接到在 --port 上监听的 vpcd 卡槽，直到收到 SIGTERM 或 Ctrl-C。新卡为空白卡，带有公开的测试传输密钥；加 \
        --state 时保存在 JSON 文件中，内容（含密钥）可以打开来看。加 --sam 时为安全模块（SAM）卡，带有其类型（--type）\
        的公开测试密钥，相当于医疗机构第二卡槽中的那张。没有硬件时，用 `Scripts/with-virtual-readers 2 -- bash` 提供虚\
        拟读卡器。
        """,
        "The TCP port of the slot.": "卡槽的 TCP 端口。",
        "The host of the slot.": "卡槽所在的主机。",
        "The chip's serial number, 16 hexadecimal digits. Default: random for a card, set by the type for a SAM.":
            "芯片序列号，16 位十六进制数。默认：卡为随机数，SAM 卡由类型决定。",
        "The file that holds the card; created if it does not exist.": "保存卡的文件；不存在时自动建立。",
        "A SAM instead of a card.": "放入 SAM 卡，而不是健康卡。",
        "With --sam: its type, 1-5, which says what it may do. Default: 3, that of an ordinary clinic.":
            "与 --sam 同用：类型，1 至 5，决定其权限。默认：3，普通医疗机构。",
        "With --sam: the PIN of a new one. Default: the published test PIN.":
            "与 --sam 同用：新 SAM 卡的 PIN。默认：公开的测试 PIN。",
        "With --sam: its province, two digits. Default: that of test SAMs.":
            "与 --sam 同用：省份代码，两位数字。默认：测试 SAM 卡的省份。",
        "Exit after this many seconds without a command or a reset.": "经过这些秒没有命令和复位，即退出。",
        "How many seconds to wait for the slot to listen.": "等待卡槽开始监听的秒数。",
        "Print nothing on standard error.": "不在标准错误上输出任何内容。",
        "A fault that the card has once it is activated; may be repeated. See --list-faults.":
            "卡激活之后出现的植入故障；可重复给出。见 --list-faults。",
        "List the faults and exit.": "列出全部故障后退出。",
        """
        With virtual chips: a file with their batch's transport key, 32 hexadecimal digits; readable only by its owner.
        """: "用于虚拟芯片：写有其批次传输密钥（32 位十六进制数）的文件，须只有其所有者可读。",
        "Default: the published test key.": "默认：公开的测试密钥。",
        "A feeder machine of virtual chips, for rehearsals and tests.": "虚拟芯片的送卡机，用于演练和测试。",
        """
        Speaks the protocol of Docs/feeder.md on standard input and output: start it with `healthcard personalize \
        --feeder "healthcard virtual-feeder --box DIR"`. Lane 1 is the first of --ports, in the order of the readers \
        named with --lanes. Chips are files below --box: blank, lane-01 …, made, reject; what is in a lane when the \
        machine stops is still there when it starts again. With --faults some chips are pulled out, lose answers, are \
        worn out or die; the same seed gives the same faults.
        """: """
        在标准输入和标准输出上使用 Docs/feeder.md 的协议，用 `healthcard personalize --feeder "healthcard \
        virtual-feeder --box 文件夹"` 启动。第 1 路为 --ports 的第一个，顺序与 --lanes 所列读卡器一致。芯片是 --box 之\
        下的文件：blank、lane-01 ……、made、reject；停机时在路中的芯片，再次启动时仍在原处。加 --faults 时，一部分芯片会\
        被拔出、丢失应答、写坏或失效；种子相同，故障就相同。
        """,
        "The folder for the chips; created if it does not exist.": "存放芯片的文件夹；不存在时自动建立。",
        "The ports of the virtual readers' slots. Default: HEALTHCARD_VPCD_PORTS.":
            "虚拟读卡器卡槽的端口。默认：HEALTHCARD_VPCD_PORTS。",
        "How many chips there are in all. Default: as many as needed.": "芯片总数。默认：需要多少有多少。",
        "Seconds between one card leaving a reader and the next being in it.":
            "一张卡离开读卡器到下一张放好之间的秒数。",
        "How many chips in a hundred have a fault.": "每一百张芯片中有故障的张数。",
        "The seed that chooses the faults: any number.": "选择故障的种子：任意数。",
        "Lanes whose reader is dead, counted from 1.": "读卡器失效的路，从 1 起编号。",
        "A file to which each fault is written, one line of JSON per fault.": "记录故障的文件，每个故障一行 JSON。",
        "Personalize a batch of test cards on virtual readers; read one, update it and write a visit on it.":
            "在虚拟读卡器上制作一批测试卡，并读出其中一张、更新它、写入一条就诊记录。",
        """
        Needs the virtual readers that Scripts/with-virtual-readers provides; `make demo` does both. The last of \
        several readers holds the SAM, the others are lanes. The cards and the SAM are virtual; the PC/SC daemon \
        between them and this program is the real one. Nothing is kept.
        """: """
        需要 Scripts/with-virtual-readers 提供的虚拟读卡器；`make demo` 一并完成。有多个读卡器时，最后一个放 SAM 卡，其\
        余各为一路。卡和 SAM 卡是虚拟的，它们与本程序之间的 PC/SC 服务是真实的。什么都不保留。
        """,
        "The test batch that the applicants are taken from.": "从中选取申请人的测试批次。",
        "How many cards to produce. Default: the whole batch.": "制作的张数。默认：整批。",

        // Virtual cards and the demo: examples
        "Put a card into a slot, and keep it in a file.": "把卡放入卡槽，并保存在文件中。",
        "Put a clinic's SAM into the next slot.": "把医疗机构的 SAM 卡放入下一个卡槽。",
        "List the faults that a card can be given.": "列出可以植入的故障。",
        "Feed two lanes, with a fault in one chip of ten.": "为两路送卡，一成芯片有故障。",
        "Produce three cards on the readers of Scripts/with-virtual-readers.":
            "在 Scripts/with-virtual-readers 提供的读卡器上制作三张卡。",
    ]
}
