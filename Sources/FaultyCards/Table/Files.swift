import CardProfiles
import ISO7816

extension CardFault {
    /// Files and directories.
    static let files: [CardFault] = [
        content(
            "file-missing", "card §1.1",
            "a file is missing", "缺少一个文件",
            foundBy: "files.DF01/EF08.exists"
        ) { card in
            card.remove(file: card.file(of: "documents.documentNumber"))
        },
        content(
            "file-size", "card §1.1",
            "a binary file is a byte short", "二进制文件少一个字节",
            foundBy: "files.DF03/ED01.offsets"
        ) { card in
            card.edit(content: card.first("outpatient")) { _ = $0.popLast() }
        },
        content(
            "file-identifier", "card §1.1",
            "a file has another identifier", "文件标识错误",
            foundBy: "files.DF03/EE03.exists"
        ) { card in
            card.edit(file: card.last("inpatient")) { $0.identifier = "EE0F" }
        },
        content(
            "sfi-mismatch", "protocol §4",
            "two files have each other's short identifier", "两个文件短标识互换",
            foundBy: "files.DF01/EF06.short-identifier"
        ) { card in
            let (first, second) = (card.file(of: "contacts.contactName1"), card.file(of: "documents.documentNumber"))
            card.edit(file: first) { $0.shortIdentifier = second?.sfi.rawValue }
            card.edit(file: second) { $0.shortIdentifier = first?.sfi.rawValue }
        },
        content(
            "sfi-missing", "protocol §4",
            "a file has no short identifier", "文件没有短标识",
            foundBy: "files.DF02/EF05.short-identifier"
        ) { card in
            card.edit(file: card.file(of: "clinical.bloodABO")) { $0.shortIdentifier = nil }
        },
        content(
            "cyclic-count", "card §1.1",
            "a cyclic file has a record less", "循环文件少一条记录",
            foundBy: "cyclic.DF02/EF08.by-number"
        ) { card in
            card.edit(file: card.first("immunizations")) { _ = $0.records?.popLast() }
        },
        content(
            "cyclic-record-size", "card §1.1",
            "the records of a cyclic file are a byte short", "循环文件记录少一个字节",
            foundBy: "cyclic.DF02/EF07.wrong-length"
        ) { card in
            card.edit(file: card.first("allergies")) { file in
                file.recordSize = file.recordSize.map { $0 - 1 }
                file.records = file.records?.map { String($0.dropLast(2)) }
            }
        },
        content(
            "cyclic-as-fixed", "card §1.1",
            "a cyclic file is linear fixed", "循环文件建成定长线性文件",
            foundBy: "cyclic.DF02/EF07.by-number"
        ) { card in
            guard let descriptor = card.descriptor(.linearFixed) else { return }
            card.edit(file: card.first("allergies")) { $0.descriptor = descriptor }
        },
        content(
            "directory-name", "card §1.1",
            "a directory has another name", "目录名称错误",
            foundBy: "directories.DF02.by-name"
        ) { card in
            guard let file = card.file(of: "clinical.bloodABO") else { return }
            card.edit(directory: file.directory) { directory in
                guard var name = directory.name.flatMap(Hex.decode), let last = name.indices.last else { return }
                name[last] ^= 0x10
                directory.name = Hex.encode(name)
            }
        },
        content(
            "directory-identifier", "card §1.1",
            "a directory has another identifier", "目录标识错误",
            foundBy: "directories.DF01.by-identifier"
        ) { card in
            guard let file = card.file(of: "address.address1") else { return }
            card.edit(directory: file.directory) { $0.identifier = "DF0F" }
        },
    ]
}
