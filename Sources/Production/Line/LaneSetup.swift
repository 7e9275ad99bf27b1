/// What a lane works with.
public struct LaneSetup: Sendable {
    public let slot: any CardSlot
    public let handling: any CardHandling

    public init(slot: any CardSlot, handling: any CardHandling) {
        self.slot = slot
        self.handling = handling
    }
}
