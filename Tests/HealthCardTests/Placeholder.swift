import Testing
@testable import HealthCard
