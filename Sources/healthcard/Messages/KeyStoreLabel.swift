import Messages

/// What a line about a key store is about.
enum KeyStoreLabel: Message {
    case keyStore, created, mode, keyVersion, cipher, openedBy

    var english: English {
        switch self {
        case .keyStore: "key store"
        case .created: "created"
        case .mode: "mode"
        case .keyVersion: "key version"
        case .cipher: "cipher"
        case .openedBy: "opened by"
        }
    }

    var chinese: Chinese {
        switch self {
        case .keyStore: "密钥库"
        case .created: "创建日期"
        case .mode: "模式"
        case .keyVersion: "密钥版本"
        case .cipher: "算法"
        case .openedBy: "打开条件"
        }
    }
}
