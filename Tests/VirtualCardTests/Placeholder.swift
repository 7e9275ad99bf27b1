import Testing
@testable import VirtualCard
