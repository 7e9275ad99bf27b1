import Testing
@testable import ISO7816
