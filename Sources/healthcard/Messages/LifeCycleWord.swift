import CardProfiles
import Messages

/// How far a virtual card is.
struct LifeCycleWord: Message {
    private let state: LifeCycleState

    init(_ state: LifeCycleState) { self.state = state }

    var english: English { "\(String(describing: state))" }

    var chinese: Chinese {
        switch state {
        case .blank: "空白"
        case .beingMade: "制作中"
        case .activated: "已激活"
        }
    }
}
