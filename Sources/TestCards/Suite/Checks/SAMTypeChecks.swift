import CardProfiles
import ISO7816

/// What the keys of each kind of SAM open on this card: what the table gives them, and nothing else
/// (`Docs/card.md §2.4`).
enum SAMTypeChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.sam.types.flatMap { type in
            plan.profile.directories.filter { !$0.files.isEmpty }.map { check(type, $0, plan.profile) }
        }
    }

    private static func check(_ type: SAMType, _ directory: DirectoryDefinition, _ profile: CardProfile) -> Check {
        let held = Set(type.keys)
        let keys = profile.externalKeys(in: directory.name).filter { held.contains($0.name) }
        return Check(
            .keys, "sam-\(type.number).\(directory.name)",
            CheckText(
                "what a SAM of type \(type.number) (\(type.title)) opens in \(directory.name)",
                "\(type.number) 型 SAM（\(type.title)）在 \(directory.name) 中的权限"),
            clause: "Docs/card.md §2.4",
            expected: CheckText("what its keys are for, and nothing else", "仅限其密钥对应的权限")
        ) { bench throws(CheckStop) in
            for file in directory.files {
                let kept = bench.keepIfReadable(file)
                try bench.reset()
                try bench.approach(file, proving: keys)
                for right in file.rights {
                    let isAllowed = isOpen(file.condition(of: right), held)
                    // Without the key that makes the MAC nothing can be sent, whatever the right.
                    let canProtect =
                        profile.key(.maintenance, in: directory.name).map { held.contains($0.name) } ?? false
                    guard right == .read || !file.isProtected || canProtect || !isAllowed else { continue }
                    guard isAllowed else {
                        try bench.expect(.securityStatusNotSatisfied, for: try bench.use(right, of: file, kept))
                        continue
                    }
                    // An index record of which only one mark may be set could not be put back.
                    let isPair = isOpen(file.erase, held) && isOpen(file.update, held)
                    guard file.structure.kind != .linearFixed || right == .read || isPair else { continue }
                    try bench.useAndRestore(right, of: file, kept)
                }
            }
        }
    }

    private static func isOpen(_ condition: AccessCondition, _ held: Set<String>) -> Bool {
        switch condition {
        case .always: true
        case .never: false
        case .key(let name): held.contains(name)
        }
    }
}
