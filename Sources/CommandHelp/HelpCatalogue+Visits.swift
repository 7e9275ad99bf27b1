extension HelpCatalogue {
    /// Of the commands that work with visits.
    static let visitsInChinese: KeyValuePairs<String, String> = [
        // visit
        "Write, list, show, verify and reimburse visit records.": "就诊记录：写入、列出、显示、验证、核销。",
        """
        The SAM (--sam) signs a visit, and needs its PIN to do so; a test card needs no SAM. The card lists a visit \
        completely or not at all, even if it is pulled out during the write.
        """: """
        就诊记录由 SAM 卡（--sam）签名，签名需要 PIN；测试卡不用 SAM 卡。卡上要么是完整的记录，要么没有，写入中途拔出\
        也是如此。
        """,
        "An inpatient stay (住院).": "住院。",
        "An outpatient visit (门诊).": "门诊。",
        "The record's number in `healthcard visit list`.": "记录在 `healthcard visit list` 中的序号。",
        "The root's public key: 128 hexadecimal digits, or a file that contains them or the 64 bytes.":
            "根的公钥：128 位十六进制数，或含有该数或其 64 字节的文件。",
        "Default: the published test root, which vouches for test cards only.":
            "默认为公开的测试根，只为测试卡作证。",
        "The day on which certificates must be valid, YYYY-MM-DD. Default: the day of the visit.":
            "证书须在这一天有效，格式为 YYYY-MM-DD。默认为就诊当日。",

        // visit add, visit reimburse
        "Sign a visit and write it to the first free record.": "对就诊记录签名，写入第一条空闲记录。",
        """
        The file is JSON with the names of Docs/items.md (`healthcard visit template` prints an example). With \
        --text, it has the form that hospital programs use: item number in three digits, length in three digits, \
        value. Everything is checked and signed before anything on the card changes. If the card is pulled out, the \
        message says whether it lists the visit; if only the card can tell, put it back and the program finds out.
        """: """
        文件为 JSON，名称见 Docs/items.md（`healthcard visit template` 输出一份样例）；加 --text 时为医院程序的拼接格\
        式：三位数据项编号、三位长度、值。内容在改动卡之前全部检查并签名。卡被拔出时，消息会说明卡上有没有这条记录；只\
        有卡知道时，请放回，程序会查明。
        """,
        "The file, or - for standard input.": "文件；- 表示标准输入。",
        "The file is in the concatenated form, 213002aa…; its lengths count bytes in GBK.":
            "文件为拼接格式（213002aa…），长度按 GBK 字节数计。",
        "With --text: the file is in GBK, not in UTF-8.": "与 --text 同用：文件为 GBK 编码，不是 UTF-8。",
        "Mark a visit as reimbursed, which frees its record.": "核销一条就诊记录，此后该记录可再次写入。",
        """
        The visit must first pass `healthcard visit verify`, unless --unverified is given. The program asks for \
        confirmation before it erases anything, unless --yes is given. Only the SAMs of management institutions may \
        erase.
        """: """
        就诊记录须先通过 `healthcard visit verify` 的验证，除非加 --unverified。擦除之前询问一次，除非加 --yes。只有管\
        理机构的 SAM 卡有权擦除。
        """,
        "Do not ask for confirmation.": "不询问。",
        "Erase it without verifying it.": "不经验证即擦除。",

        // visit list, visit show, visit verify
        "List the visits on a card: number, day, institution.": "列出卡上的就诊记录：序号、日期、机构。",
        "Print the complete visits in the JSON of Docs/items.md.": "以 Docs/items.md 的 JSON 输出完整的就诊记录。",
        "Show one visit in full.": "显示一条完整的就诊记录。",
        "Print the JSON of Docs/items.md.": "输出 Docs/items.md 的 JSON。",
        "Print the concatenated form of hospital programs, in UTF-8; its lengths count bytes in GBK.":
            "以 UTF-8 输出医院程序的拼接格式；长度按 GBK 字节数计。",
        "Verify the signatures and certificates of visits.": "验证就诊记录的签名和证书。",
        """
        The signature must come from the SAM in the certificate; the certificate must come from the root and be valid \
        on the day of the visit. Exit code 5 means that a visit is not trusted. The signature covers the data of the \
        visit, which names neither the card nor the person (the specification defines this layout): a visit copied \
        from another card passes here. Before you pay for a visit, compare it with the hospital's records for that \
        card.
        """: """
        签名须出自证书中的 SAM 卡；证书须由根签发，并在就诊当日有效。有不可信的就诊记录时退出码为 5。签名只覆盖就诊数\
        据，其中没有卡号和持卡人（格式由规范规定）：从其他卡复制来的就诊记录也能通过。付费之前请与医院关于这张卡的记录\
        核对。
        """,
        "The record's number in `healthcard visit list`. Default: all records.":
            "记录在 `healthcard visit list` 中的序号。默认为全部。",

        // visit template
        "Print an invented visit as JSON, to start from.": "输出一份虚构的就诊记录（JSON），可作起点。",
        "All names are in Docs/items.md. Codes are those of the code tables in the profile.":
            "全部名称见 Docs/items.md；代码取自卡片描述文件的编码表。",
    ]
}
