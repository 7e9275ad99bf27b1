import CardProfiles
import HealthCard
import Messages
import Photos

/// The checks of updates and visits, one field at a time and without a card, so that a form can show each beside its field.
struct FieldChecks {
    let profile: CardProfile

    /// What may be wrong, and with which field.
    private struct Found {
        var problems: [JSONValue] = []

        mutating func add(_ item: String, _ error: any AdvisedError) {
            var members = [JSONValue.Member("item", .string(item))]
            let problem = Problem(error).json
            for name in ["code", "texts"] { if let value = problem[name] { members.append(.init(name, value)) } }
            problems.append(.object(members))
        }

        func json(adding members: [JSONValue.Member] = []) -> JSONValue {
            .object(
                [.init("schemaVersion", .number(AgentSchema.version)), .init("problems", .array(problems))] + members)
        }
    }

    // MARK: Changes

    /// `{"problems":[{"item":"validity.phone1","code","texts"}],"photo"?}`: items of lists are `allergies.0`, counted from 0;
    /// the photo comes back as the card would get it.
    ///
    /// - Throws: ``AgentError/badMember(_:)`` for anything but an object.
    func result(ofChanges json: JSONValue) throws -> JSONValue {
        guard case .object(let sections) = json else { throw AgentError.badMember("changes") }
        var found = Found()
        var photo: [JSONValue.Member] = []
        for section in sections {
            switch section.value {
            case .object(let members):
                for member in members {
                    _ = attempt("\(section.name).\(member.name)", section.name, .object([member]), &found)
                }
            case .array(let entries):
                for (index, entry) in entries.enumerated() {
                    _ = attempt("\(section.name).\(index)", section.name, .array([entry]), &found)
                }
                if found.problems.isEmpty { _ = attempt(section.name, section.name, section.value, &found) }
            default:
                guard var changes = attempt(section.name, section.name, section.value, &found) else { break }
                do {
                    try changes.fitPicture(PhotoFitting(profile: profile).fit)
                    if let picture = changes.picture { photo = [.init("photo", .string(picture.base64))] }
                } catch { found.add(section.name, error) }
            }
        }
        return found.json(adding: photo)
    }

    private func attempt(_ item: String, _ section: String, _ value: JSONValue, _ found: inout Found) -> CardChanges? {
        var changes = CardChanges(profile: profile)
        do {
            try changes.merge(json: Array(JSONValue.object([.init(section, value)]).text().utf8))
            return changes
        } catch {
            found.add(item, error)
            return nil
        }
    }

    // MARK: Visits

    /// The same for a visit: items are `facilityName`, `symptoms[1].name`, counted from 1; empty for the visit as a whole.
    ///
    /// - Throws: ``AgentError/badMember(_:)``, ``VisitContentError`` for a profile without such visits.
    func result(ofVisit json: JSONValue, _ kind: VisitKind) throws -> JSONValue {
        guard case .object(let members) = json else { throw AgentError.badMember("visit") }
        let layout = try VisitLayout(kind, of: profile)
        var found = Found()
        func attempt(_ item: String, _ value: JSONValue) {
            do { _ = try VisitContent(json: value, layout: layout) } catch { found.add(item, error) }
        }
        for member in members {
            guard case .array(let repetitions) = member.value else {
                attempt(member.name, .object([member]))
                continue
            }
            for (index, repetition) in repetitions.enumerated() {
                guard case .object(let fields) = repetition else {
                    attempt(member.name, .object([member]))
                    break
                }
                for field in fields {
                    attempt(
                        "\(member.name)[\(index + 1)].\(field.name)",
                        .object([.init(member.name, .array([.object([field])]))]))
                }
            }
        }
        if found.problems.isEmpty {
            do {
                try VisitContent(json: json, layout: layout).checkForWriting()
            } catch VisitContentError.missing(let names) {
                for name in names { found.add(name, VisitContentError.missing([name])) }
            } catch {
                found.add("", error)
            }
        }
        return found.json()
    }
}
