import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// READ RECORD and READ BINARY.
    static let reading: [CardFault] = [
        CardFault(
            "read-record-short", "protocol §5",
            "READ RECORD gives a byte less", "READ RECORD 少一个字节",
            foundBy: "records.DDF1/EF05.1.length"
        ) { behaviour in
            behaviour.record = { $0.dropLast() }
        },
        CardFault(
            "read-tag-as-number", "protocol §4",
            "READ RECORD by tag takes the tag for a number", "按标签读时把标签当记录号",
            foundBy: "records.DDF1/EF05.10.by-tag"
        ) { behaviour in
            behaviour.readsByTag = false
        },
        CardFault(
            "read-all-drops-last", "protocol §4",
            "READ RECORD of all leaves out the last", "读全部记录时缺最后一条",
            foundBy: "files.DDF1/EF06.all-records"
        ) { behaviour in
            behaviour.givesLastOfAllRecords = false
        },
        CardFault(
            "read-record-zero", "protocol §5",
            "record number 0 gives the first record", "记录号 0 返回第一条记录",
            foundBy: "files.DDF1/EF05.record-0"
        ) { behaviour in
            behaviour.recordNumber = { [right = behaviour.recordNumber] in right($0 == 0 ? 1 : $0, $1, $2) }
        },
        CardFault(
            "le-not-corrected", "protocol §5",
            "a short Le is answered by 6700, not 6Cxx", "Le 过短返回 6700 而非 6Cxx",
            foundBy: "robustness.DDF1/EF05.read.le"
        ) { behaviour in
            behaviour.correctsLength = false
        },
        CardFault(
            "le-truncates", "protocol §5",
            "a short Le cuts the record, with 9000", "Le 过短时截断记录并返回 9000",
            foundBy: "robustness.DDF1/EF05.read.le"
        ) { behaviour in
            behaviour.cutsLongRecords = true
        },
        CardFault(
            "cyclic-reversed", "card §1.1",
            "record 1 of a cyclic file is the oldest", "循环文件记录 1 为最旧记录",
            foundBy: "cyclic.DF02/EF08.count"
        ) { behaviour in
            behaviour.recordNumber = { [right = behaviour.recordNumber] number, count, isCyclic in
                right(number, count, isCyclic).map { isCyclic ? count + 1 - $0 : $0 }
            }
        },
        CardFault(
            "cyclic-no-rollover", "card §1.1",
            "a full cyclic file takes no new record", "循环文件写满后不再接受新记录",
            foundBy: "cyclic.DF02/EF07.count"
        ) { behaviour in
            behaviour.fullCyclicFileTakesRecords = false
        },
        CardFault(
            "cyclic-overwrites-newest", "card §1.1",
            "a new cyclic record replaces the newest", "新循环记录覆盖最新记录",
            foundBy: "cyclic.DF02/EF07.newest-first"
        ) { behaviour in
            behaviour.newCyclicRecordReplacesNewest = true
        },
        CardFault(
            "cyclic-one-less", "card §1.1",
            "the oldest cyclic record cannot be read", "最旧的循环记录读不出",
            foundBy: "cyclic.DF02/EF07.by-number"
        ) { behaviour in
            behaviour.recordNumber = { [right = behaviour.recordNumber] in
                $2 && $0 == $1 ? nil : right($0, $1, $2)
            }
        },
        CardFault(
            "read-end-unreported", "protocol §5",
            "READ BINARY past the end answers 9000, not 6282", "读过文件尾返回 9000 而非 6282",
            foundBy: "files.DDF1/EF07.past-end"
        ) { behaviour in
            behaviour.reportsEndOfFile = false
        },
        CardFault(
            "read-offset-wraps", "protocol §5",
            "an offset beyond the end starts anew", "偏移超过文件尾时从头读",
            foundBy: "files.DDF1/EF07.size"
        ) { behaviour in
            behaviour.offset = { [right = behaviour.offset] in $1 > 0 ? right($0, $1) % $1 : right($0, $1) }
        },
        CardFault(
            "read-offset-one-byte", "protocol §5",
            "READ BINARY ignores the upper offset byte", "READ BINARY 忽略偏移高字节",
            foundBy: "files.DDF1/EF07.offsets"
        ) { behaviour in
            behaviour.offset = { [right = behaviour.offset] in right($0, $1) & 0xFF }
        },
        CardFault(
            "get-response-leaks", "protocol §4",
            "GET RESPONSE gives the last answer again", "GET RESPONSE 泄露上一应答",
            foundBy: "robustness.response.nothing-waiting"
        ) { behaviour in
            behaviour.keepsLastAnswer = true
        },
    ]
}
