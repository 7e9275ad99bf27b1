extension HelpCatalogue {
    /// Of the commands that work with codes on phones.
    static let electronicCardInChinese: KeyValuePairs<String, String> = [
        // ecard recognize
        "Say what a scanned text is. Nothing is proved.": "识别扫到的文本，只看格式，不作任何验证。",
        """
        A text is a static, dynamic or temporary code of an electronic health card, an identity number, a payment \
        code, or unknown with the reason. Line ends, blanks around it, full-width colons and lower case are accepted \
        and reported; nothing else is changed or guessed. Exit codes: 0 a code of a card, 6 anything else.
        """: """
        文本是电子健康卡的静态码、动态码或临时卡，公民身份号码，付款码，或无法识别（附原因）。换行、首尾空白、全角冒号\
        和小写字母可以接受，并予报告；除此之外不作改动，也不猜测。退出码：0 是电子健康卡的码，6 不是。
        """,
        "The scanned text, or - for standard input.": "扫到的文本；- 表示标准输入。",
        "Answer each line of standard input as it arrives.": "逐行读取标准输入，逐行应答。",

        // ecard verify
        "Prove that a code is valid now, and whose it is.": "验证码现在是否有效，是谁的码。",
        """
        The protection key proves that a dynamic code is valid. The root key and the person (number and name, a card \
        that was read, or a row of a batch) prove whose code it is. "standing" says how much is proved: \
        validityVerified, personVerified, or why not. Exit codes: 0 everything you asked for is proved, 5 it is not, \
        2 you asked for nothing, 6 the text is not a code.
        """: """
        保护密钥证明动态码在有效期内；根密钥和本人信息（号码和姓名、读出的卡，或批次中的一行）证明是谁的码。\
        "standing" 说明证明了多少：validityVerified、personVerified，或未通过的原因。退出码：0 要求验证的全部通过，5 \
        未通过，2 未指定要验证什么，6 不是电子健康卡的码。
        """,
        "The time to verify at, in China: 2026-10-08T09:00:00, or with Z or an offset. Default: now.":
            "按此时间验证（北京时间）：2026-10-08T09:00:00，也可带 Z 或时差。默认为现在。",
        """
        The longest validity that a platform gives, in seconds; a code that expires later than that is not accepted.
        """:
            "平台给出的最长有效期（秒）；到期时间比这更晚的码不予采信。",
        "How far clocks may differ, in seconds.": "时钟允许相差多少秒。",
        "Remember the latest time in this file, to detect a clock that is set back.":
            "在这个文件中记住最近的时间，以便发现时钟被拨回。",
        "Verify each line of standard input as it arrives.": "逐行读取标准输入，逐行验证。",

        // Options of a person
        "The document type, two digits; 01 is the resident identity card. Default: 01.":
            "证件类型，两位数字；01 为居民身份证。默认为 01。",
        "The document's number.": "证件号码。",
        "The name, exactly as on the document.": "姓名，须与证件上完全相同。",
        "The person on a card: the output of `healthcard read --json`, in a file or - for standard input.":
            "卡上的人：`healthcard read --json` 的输出，给出文件；- 表示标准输入。",
        "The batch that has the person; requires --id.": "此人所在的批次；须与 --id 同用。",
        "The applicant's ID number, as in applications.csv of the batch.":
            "申请人的公民身份号码，与批次的 applications.csv 一致。",

        // Options of keys
        "The root key: a file of 32 hexadecimal digits that only its owner can read.":
            "根密钥：内容为 32 位十六进制数的文件，只能由所有者读取。",
        "The protection key of dynamic codes, in a file of the same form.":
            "动态码的保护密钥，文件格式与根密钥相同。",
        "'test' for the published test keys, which prove nothing about a real card.":
            "test 为公开的测试密钥，对真实的卡不具证明力。",
        "An application HSM that has the keys, HOST:PORT (assumed protocol, Docs/electronic-card.md).":
            "存有密钥的密码机，格式为 主机:端口（协议为假定，见 Docs/electronic-card.md）。",

        // ecard index
        "Compute a person's main index, and compare two records of a person.":
            "计算一个人的主索引，比较两份记录是否为同一人。",
        """
        The main index (主索引) is the SM3 hash of document type, number and name. The same person has the same index \
        on a physical card, on an electronic card and in a batch, if the name is written with the same characters. If \
        you name two records, they are compared: exit code 0 if they are the same person, 5 with the reason if the \
        indexes differ.
        """: """
        主索引是证件类型、号码和姓名的 SM3 摘要。姓名用字相同时，同一人在实体卡、电子健康卡和批次中的主索引相同。给出\
        两份记录时进行比较：同一人时退出码为 0，主索引不同时为 5，并说明原因。
        """,
        "Compare with this main index from a platform: 64 hexadecimal digits.":
            "与平台给出的这个主索引比较：64 位十六进制数。",

        // ecard issue
        "Generate QR codes for the invented people of a test batch.": "为测试批次中的虚构人员生成二维码。",
        """
        Each applicant of a test batch gets a static and a dynamic code under the published test keys, as PNG and \
        SVG; codes.csv has their texts. Codes of real people are issued by a platform: a production batch, or a \
        person outside the test region, ends with exit code 8 and nothing is generated. Only the owner has access to \
        the folder and its files.
        """: """
        测试批次的每个申请人各有一个静态码和一个动态码，用公开的测试密钥生成，图片为 PNG 和 SVG，文本在 codes.csv 中。\
        真实人员的码由平台签发：遇到正式批次或测试地区以外的人员，以退出码 8 结束，什么也不生成。文件夹和文件只能由所\
        有者访问。
        """,
        "The batch folder; its mode must be test.": "批次文件夹，其 mode 须为 test。",
        "The folder for codes.csv and the pictures; created if it does not exist.":
            "存放 codes.csv 和图片的文件夹；不存在时新建。",
        "How many seconds dynamic codes are valid, 1 to 31622400.": "动态码的有效期，1 至 31622400 秒。",
        "The time from which dynamic codes are valid, in China: 2026-10-08T09:00:00. Default: now.":
            "动态码从何时起有效（北京时间）：2026-10-08T09:00:00。默认为现在。",
        "Print JSON with the content of codes.csv.": "以 JSON 输出 codes.csv 的内容。",

        // ecard query
        "Query a platform about a person or a code.": "向平台查询一个人或一个码。",
        """
        The dialects follow what is published about two kinds of platforms; what no source states is assumed, and no \
        real platform has been queried yet. Only its owner may have access to the credential file. It has lines such \
        as appId = …, appSecret = …, contentKey = … (32 hexadecimal digits), terminalId, hospitalId, channel. The \
        server's certificate is always verified.

        Exit codes: 3 the platform cannot be reached, 5 it refused or its answer was not used, 7 the request waits in \
        the queue.
        """: """
        平台接口按两类平台的公开资料编写，未公开的部分为假定，尚未与真实平台联调。凭据文件只能由所有者访问，其中各行\
        如 appId = …、appSecret = …、contentKey = …（32 位十六进制数）、terminalId、hospitalId、channel。始终验证服务\
        器证书。

        退出码：3 连不上平台，5 平台拒绝或其应答未予采用，7 请求已存入队列。
        """,
        "The platform's address, https://….": "平台的地址，https://…。",
        "The dialect of the platform: national, tencent, or a file as described in Docs/electronic-card.md.":
            "平台接口：national、tencent，或 Docs/electronic-card.md 所述的文件。",
        "The credential file, which only its owner can read.": "凭据文件，只能由所有者读取。",
        "The authority for the server's certificate, PEM. Default: the system's.":
            "签发服务器证书的机构（PEM 文件）。默认为系统信任的机构。",
        "The text of a code.": "码的文本。",
        """
        The operation: query, queryByCode, verify, makeCode, register, close, bind …, if the dialect has it. Default: \
        query for a person, verify for a code.
        """: """
        操作：query、queryByCode、verify、makeCode、register、close、bind 等，以平台接口支持的为准。查询人时默认为 \
        query，查询码时默认为 verify。
        """,
        """
        The step of the visit: 10101 registration, 10102 diagnosis, 10103 drugs, 10104 examination, 10105 payment, \
        10106 prescription, 10107 surgery.
        """:
            "就诊环节：10101 挂号，10102 诊断，10103 取药，10104 检查，10105 缴费，10106 处方，10107 手术。",
        "The guardian's ID number, for a child.": "监护人的公民身份号码，用于儿童。",
        "The guardian's name.": "监护人的姓名。",
        "The hospital's number for the patient, for bind.": "患者在医院的编号，用于 bind。",
        "How many seconds to wait for the answer, 1 to 120.": "等待应答的秒数，1 至 120。",
        "If the platform cannot be reached, keep a request that changes something in this file.":
            "连不上平台时，把会更改数据的请求存入这个文件。",
        "Send the requests that wait in the queue.": "发送队列中的请求。",
    ]
}
