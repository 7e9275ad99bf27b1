import Messages

/// What a line about a SAM is about.
enum SAMLabel: Message {
    case type, serial, terminal, province, keyVersion, commandSet, issuer, receiver, validity, keys, pin

    var english: English {
        switch self {
        case .type: "type"
        case .serial: "serial"
        case .terminal: "terminal number"
        case .province: "province"
        case .keyVersion: "key version"
        case .commandSet: "command set"
        case .issuer: "issuer"
        case .receiver: "receiver"
        case .validity: "valid"
        case .keys: "keys"
        case .pin: "PIN"
        }
    }

    var chinese: Chinese {
        switch self {
        case .type: "类型"
        case .serial: "序列号"
        case .terminal: "终端机编号"
        case .province: "省份"
        case .keyVersion: "密钥版本"
        case .commandSet: "命令集版本"
        case .issuer: "应用发行者"
        case .receiver: "应用接收者"
        case .validity: "有效期"
        case .keys: "密钥"
        case .pin: "PIN"
        }
    }
}
