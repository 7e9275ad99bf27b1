import Messages

/// What a passphrase opens, or whose it is.
enum PassphraseOwner: Message {
    case key, keyStore
    case custodian(String)

    var english: English {
        switch self {
        case .key: "the key"
        case .keyStore: "the key store"
        case .custodian(let name): "custodian \(name)"
        }
    }

    var chinese: Chinese {
        switch self {
        case .key: "密钥"
        case .keyStore: "密钥库"
        case .custodian(let name): "保管人 \(name) 的"
        }
    }
}
