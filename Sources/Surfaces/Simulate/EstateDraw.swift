import Simulation

/// What the schedules of a batch migrate: one estate, or for each seed the one that is drawn for it.
struct EstateDraw: Sendable {
    /// As `--estate` names it.
    static let name = "drawn"

    /// Of so many seeds that follow one another, each estate has its share.
    private static let period: UInt64 = 12

    /// Every one that may be drawn, once made.
    let estates: [SimulatedEstates: SimulatedEstate]
    /// Nil where each seed has its own.
    private let only: SimulatedEstates?

    /// Nil for a name that no estate has.
    init?(named name: String) throws {
        if name == EstateDraw.name {
            only = nil
        } else {
            guard let estate = SimulatedEstates(rawValue: name) else { return nil }
            only = estate
        }
        let all = Set(only.map { [$0] } ?? (0..<EstateDraw.period).map(EstateDraw.drawn))
        estates = try Dictionary(uniqueKeysWithValues: all.map { ($0, try $0.made()) })
    }

    /// Of one estate.
    init(_ made: SimulatedEstate, as estate: SimulatedEstates) {
        only = estate
        estates = [estate: made]
    }

    /// Most seeds have the shop; the others have what only other bridges, connections or stores meet.
    static func drawn(for seed: UInt64) -> SimulatedEstates {
        switch seed % period {
        case 3, 9: .balancers
        case 5, 11: .entries
        case 7: .keptNodes
        case 2, 8: .ways
        case 4, 10: .writer
        case 1: .nodes
        default: .shop
        }
    }

    subscript(seed: UInt64) -> (name: String, estate: SimulatedEstate) {
        let chosen = only ?? EstateDraw.drawn(for: seed)
        guard let estate = estates[chosen] else { preconditionFailure("\(chosen) was not made") }
        return (chosen.rawValue, estate)
    }
}
