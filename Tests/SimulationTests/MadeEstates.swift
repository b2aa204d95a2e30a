import Simulation

@testable import Simulate

/// The estates of these suites, each made once.
enum MadeEstates {
    static let shop = Result { try SimulatedEstates.shop.made() }
    static let kinds = Result { try SimulatedEstates.kinds.made() }
    static let ways = Result { try SimulatedEstates.ways.made() }
    static let flat = Result { try SimulatedEstates.flat.made() }
    static let kept = Result { try SimulatedEstates.kept.made() }
    static let keptNodes = Result { try SimulatedEstates.keptNodes.made() }
    static let nodes = Result { try SimulatedEstates.nodes.made() }
    static let balancers = Result { try SimulatedEstates.balancers.made() }
    static let entries = Result { try SimulatedEstates.entries.made() }
    static let slow = Result { try SimulatedEstates.slow.made() }
    static let single = Result { try SimulatedEstates.single.made() }
    static let probes = Result { try SimulatedEstates.probes.made() }
    static let writer = Result { try SimulatedEstates.writer.made() }
    static let store = Result { try SimulatedEstates.store.made() }
}
