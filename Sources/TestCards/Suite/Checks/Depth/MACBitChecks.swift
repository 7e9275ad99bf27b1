import CardProfiles
import ISO7816
import Messages

/// Every bit of a MAC and of what it covers; MACs of other lengths, over other lengths and with other padding, on one file
/// of each kind in each directory. A right command follows each wrong one: nothing is blocked (`Docs/protocol.md §3`).
enum MACBitChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        ProtectedUse.samples(plan.profile).flatMap { use in
            [
                everyBit(use, plan.profile), header(use), lengths(use, plan.profile), otherLc(use),
                padding(use, plan.profile),
            ]
                + (use.isEncrypted ? [bothWrong(use), body(use)] : [])
        }
    }

    private static let wrong = StatusWord.incorrectSecureMessagingData

    private static func check(
        _ use: ProtectedUse, _ what: String, _ en: English, _ zh: Chinese, _ expected: CheckText,
        _ hows: @escaping @Sendable (CheckBench) -> [Securing], statuses: [StatusWord] = [wrong]
    ) -> Check {
        let name = use.right.name
        return Check(
            .protection, "\(use.place).\(what)",
            CheckText("\(use.file.path) \(name.en): \(en)", "\(use.file.path) \(name.zh)：\(zh)"),
            clause: "Docs/protocol.md §3, §5 Order of checks", expected: expected
        ) { bench throws(CheckStop) in
            try bench.restoring(use.file) { () throws(CheckStop) in
                var kept = try use.begin(bench)
                for how in hows(bench) {
                    try bench.expect(statuses, for: try bench.use(use.right, of: use.file, kept, how))
                    // A right one takes the wrong one off the count.
                    try bench.expect(.ok, for: try bench.use(use.right, of: use.file, kept))
                    guard use.file.structure.kind == .cyclic, let last = kept.records.last else { continue }
                    kept.records = [last] + kept.records.dropLast()
                }
            }
        }
    }

    private static func securing(_ change: (inout Securing) -> Void) -> Securing {
        var how = Securing()
        change(&how)
        return how
    }

    private static let refused = CheckText("refused each time with \(wrong)", "每次应答 \(wrong)，拒绝")

    private static func everyBit(_ use: ProtectedUse, _ profile: CardProfile) -> Check {
        let bits = 8 * profile.cryptography.mac.length
        return check(
            use, "mac-every-bit", "each of the \(bits) bits of the MAC turned over", "逐位翻转 MAC 的 \(bits) 位", refused,
            { _ in
                (0..<bits).map { bit in
                    securing { how in
                        how.mac = { mac in
                            var wrong = mac
                            if wrong.indices.contains(bit / 8) { wrong[bit / 8] ^= 1 << UInt8(bit % 8) }
                            return wrong
                        }
                    }
                }
            })
    }

    private static func header(_ use: ProtectedUse) -> Check {
        check(
            use, "mac-header-bits", "a MAC over a header with one bit changed, each of the 32 in turn",
            "对逐位改变的命令头计算的 MAC（32 位）", refused,
            { _ in
                (0..<32).map { bit in
                    securing { how in
                        how.macHeader = { header in
                            var other = header
                            if other.indices.contains(bit / 8) { other[bit / 8] ^= 1 << UInt8(bit % 8) }
                            return other
                        }
                        // Over these very bytes: the chaining bit too.
                        how.lc = { $0 }
                    }
                }
            })
    }

    /// Of a MAC that is cut or drawn out, Lc says so: the length is looked at before the MAC.
    private static func lengths(_ use: ProtectedUse, _ profile: CardProfile) -> Check {
        let length = profile.cryptography.mac.length
        let block = profile.cryptography.blockLength
        let others = [1, length - 1, length + 1, 2 * length, block - 1].filter { other in
            other > 0 && other != length && (!use.isEncrypted || (other - length) % block != 0)
        }
        return check(
            use, "mac-lengths", "MACs of \(others.map { String($0) }.joined(separator: ", ")) bytes",
            "长度为 \(others.map { String($0) }.joined(separator: "、")) 字节的 MAC",
            CheckText("refused each time with 6700", "每次应答 6700，拒绝"),
            { _ in
                others.map { other in
                    securing { how in
                        how.mac = { Array((($0 + [UInt8](repeating: 0, count: block)).prefix(other))) }
                    }
                }
            }, statuses: [.wrongLength])
    }

    private static func otherLc(_ use: ProtectedUse) -> Check {
        check(
            use, "mac-other-lc", "MACs over other lengths: without the MAC, one more, one less, none",
            "对其他 Lc 计算的 MAC（不含 MAC、多一、少一、无）", refused,
            { bench in
                let length = bench.profile.cryptography.mac.length
                return [-length, 1, -1, 4, 16, -255].map { change in
                    securing { how in how.lc = { change == -255 ? 0 : $0 + change } }
                }
            })
    }

    private static func filled(_ message: [UInt8], _ first: UInt8, _ rest: UInt8, _ block: Int) -> [UInt8] {
        let begun = message + [first]
        return begun + [UInt8](repeating: rest, count: (block - begun.count % block) % block)
    }

    private static func padding(_ use: ProtectedUse, _ profile: CardProfile) -> Check {
        check(
            use, "mac-other-padding", "MACs over other padding: zeros, FF, a whole block more",
            "以其他方式填充计算的 MAC（00、FF、多一块）", refused,
            { bench in
                let block = bench.profile.cryptography.blockLength
                let whole: [UInt8] = [0x80] + [UInt8](repeating: 0, count: block - 1)
                let ways: [(first: UInt8, rest: UInt8, more: [UInt8])] = [
                    (0, 0, []), (0xFF, 0xFF, []), (0x80, 0xFF, []), (0x80, 0, whole),
                ]
                return ways.map { way in
                    securing { how in how.macBlocks = { filled($0, way.first, way.rest, block) + way.more } }
                }
            })
    }

    /// One bit of each byte that the MAC covers, turned over after it was made.
    private static func body(_ use: ProtectedUse) -> Check {
        let count =
            use.file.structure.kind == .cyclic
            ? use.file.structure.recordSize : (use.file.item(record: 1)?.length ?? 0) + 2
        return check(
            use, "mac-body-bytes", "each byte of the ciphertext changed after the MAC", "MAC 计算后逐字节改动密文", refused,
            { bench in
                let block = bench.profile.cryptography.blockLength
                let width = bench.profile.cryptography.encryption.lengthBytes
                let whole = (width + count + block - 1) / block * block
                return (0..<whole).map { index in
                    securing { how in
                        how.data = { data in
                            var wrong = data
                            if wrong.indices.contains(index) { wrong[index] ^= 1 << UInt8(index % 8) }
                            return wrong
                        }
                    }
                }
            })
    }

    private static func bothWrong(_ use: ProtectedUse) -> Check {
        check(
            use, "padding-and-mac", "wrong padding under a wrong MAC", "填充与 MAC 均错误", refused,
            { _ in
                [
                    securing { how in
                        how.frame = { $0.map { ~$0 } }
                        how.mac = Securing.wrongMAC.mac
                    }
                ]
            })
    }
}
