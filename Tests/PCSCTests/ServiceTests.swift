import Testing

/// All that needs a PC/SC service, one after the other: there are few readers. A test that waits for what never comes
/// ends by the limit.
@Suite("PC/SC service", .serialized, .timeLimit(.minutes(2))) struct ServiceTests {}
