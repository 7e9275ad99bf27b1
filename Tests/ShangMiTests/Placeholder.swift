import Testing
@testable import ShangMi
