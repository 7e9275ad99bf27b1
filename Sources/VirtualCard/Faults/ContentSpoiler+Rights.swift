import CardProfiles

extension ContentSpoiler {
    /// Who may do what with a file, as CREATE FILE would have been told wrongly.
    func rights(_ fault: ContentFault, _ card: inout ContentEditor) {
        guard let change = change(fault, card) else { return }
        card.edit(rights: change.file) { access in access[keyPath: change.right] = change.code }
    }

    private struct Change {
        let file: FileDefinition
        let right: WritableKeyPath<CardState.Access, String>
        let code: String
    }

    private func change(_ fault: ContentFault, _ card: ContentEditor) -> Change? {
        let always = card.code(.always)
        let never = card.code(.never)
        let holder = card.file(of: "holder.name")
        let issuer = card.file(of: "issuer.cardNumber")
        let contacts = card.file(of: "contacts.contactName1")
        let special = card.file(of: "special.psychiatric")
        let photo = first("photo")
        let allergies = first("allergies")
        let index = first("inpatientIndex")
        let visit = first("inpatient")
        func change(
            _ file: FileDefinition?, _ right: WritableKeyPath<CardState.Access, String>, _ code: String?
        ) -> Change? {
            guard let file, let code else { return nil }
            return Change(file: file, right: right, code: code)
        }
        switch fault {
        case .holderFree: return change(holder, \.read, always)
        case .photoFree: return change(photo, \.read, always)
        case .specialFree: return change(special, \.read, always)
        case .visitFree: return change(first("outpatient"), \.read, always)
        case .contactsUpdateFree: return change(contacts, \.update, always)
        case .visitUpdateFree: return change(visit, \.update, always)
        case .readKeyUpdates:
            let file = card.file(of: "address.address1")
            return change(file, \.update, card.code(.read, for: file))
        case .updateKeyReads:
            let file = card.file(of: "documents.documentNumber")
            return change(file, \.read, card.code(.update, for: file))
        case .specialUpdateOtherKey: return change(special, \.update, card.code(.update, for: special))
        case .allergyUpdateOtherKey: return change(allergies, \.update, card.code(.update, for: allergies))
        case .eraseByUpdateKey: return change(index, \.erase, card.code(.update, for: index))
        case .eraseFree: return change(first("outpatientIndex"), \.erase, always)
        case .issuerRewritable: return change(issuer, \.update, always)
        case .holderRewritable: return change(holder, \.update, card.code(.update, for: holder))
        case .issuerNeedsKey: return change(issuer, \.read, card.code(.read, for: issuer))
        case .validityFrozen: return change(card.file(of: "validity.validUntil"), \.update, never)
        case .eraseNever: return change(index, \.erase, never)
        case .photoFrozen: return change(photo, \.update, never)
        case .protectionNone: return change(card.file(of: "address.address1"), \.protection, card.code(.plain))
        case .protectionMACOnly: return change(card.file(of: "occupation.education"), \.protection, card.code(.mac))
        case .protectionOfBinary: return change(visit, \.protection, card.code(.encryptedMAC))
        default: return nil
        }
    }

    private func first(_ section: String) -> FileDefinition? { rules.profile.files(section: section).first }
}
