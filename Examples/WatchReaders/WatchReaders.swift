// Says what happens at the readers, without asking them again and again, until so many events have come.
//
//     WatchReaders [EVENTS]

import ISO7816
import PCSC

@main
enum WatchReaders {
    static func main() async {
        var left = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? .max
        for await event in ReaderEvents() {
            switch event {
            case .serviceStarted: print("the PC/SC service is there")
            case .serviceStopped(let error): print("the PC/SC service is gone: \(error)")
            case .readerAdded(let reader): print("\(reader): plugged in")
            case .readerRemoved(let reader): print("\(reader): unplugged")
            case .cardInserted(let reader, let answerToReset): print("\(reader): card \(Hex.encode(answerToReset))")
            case .cardRemoved(let reader): print("\(reader): empty")
            case .cardMute(let reader): print("\(reader): a card that does not answer; is it the right way round?")
            }
            left -= 1
            if left <= 0 { return }
        }
    }
}
