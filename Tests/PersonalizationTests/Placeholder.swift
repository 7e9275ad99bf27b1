import Testing
@testable import Personalization
