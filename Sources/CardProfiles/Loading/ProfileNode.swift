import Messages

/// A place in a profile's files.
struct ProfileLocation: Hashable {
    let file: String
    let line: Int
}

/// A value of a profile with the place it was written at, so that every error can say where.
struct ProfileNode {
    enum Content {
        /// `isPlain`: without quotes, so that `null` and `~` mean nothing rather than text.
        case scalar(String, isPlain: Bool)
        case sequence([ProfileNode])
        case mapping([Entry])
    }
    struct Entry {
        let key: String
        let location: ProfileLocation
        var value: ProfileNode
    }
    var content: Content
    let location: ProfileLocation

    var isNull: Bool {
        guard case .scalar(let text, true) = content else { return false }
        return text.isEmpty || text == "null" || text == "~"
    }

    /// What it is, for messages.
    var kind: AnyMessage {
        switch content {
        case .scalar: isNull ? AnyMessage("nothing", "空") : AnyMessage("a value", "值")
        case .sequence: AnyMessage("a list", "列表")
        case .mapping: AnyMessage("a mapping", "映射")
        }
    }

    /// Lays an overlay on top: mappings merge, anything else replaces, null deletes.
    mutating func merge(_ overlay: ProfileNode, at path: String, problems: inout [ProfileProblem]) {
        guard case .mapping(var entries) = content, case .mapping(let changes) = overlay.content else {
            self = overlay
            return
        }
        for change in changes {
            let inner = path.isEmpty ? change.key : path + "." + change.key
            let index = entries.firstIndex { $0.key == change.key }
            if change.value.isNull {
                guard let index else {
                    problems.append(
                        ProfileProblem(
                            file: change.location.file, line: change.location.line,
                            AnyMessage(
                                "'\(inner)' cannot be deleted: what lies below has no such entry",
                                "“\(inner)”不能删除：所用的卡片描述文件中没有此项")))
                    continue
                }
                entries.remove(at: index)
            } else if let index {
                if case .mapping = change.value.content, case .mapping = entries[index].value.content {
                    entries[index].value.merge(change.value, at: inner, problems: &problems)
                } else {
                    entries[index] = change
                }
            } else {
                entries.append(change)
            }
        }
        content = .mapping(entries)
    }
}
