import MigrationFile
import MigrationModel

/// Estates by what bridges may lead to.
extension EstateFixture {
    /// Sites whose nodes reach each other, and whose pods have addresses of one range.
    static var bridged: EstateFixture {
        var estate = EstateFixture()
        estate.addWorkload("orders")
        estate.source.ranges = SiteRanges(
            nodes: [.one(10, 0, 0, 1)],
            pods: [AddressRange(text: "10.244.0.0/16", bytes: [10, 244, 0, 0], length: 16)],
            areServicesKnown: true
        )
        estate.target.ranges = SiteRanges(
            nodes: [.one(10, 1, 0, 1)],
            pods: [AddressRange(text: "10.244.0.0/24", bytes: [10, 244, 0, 0], length: 24)],
            areServicesKnown: true
        )
        return estate
    }

    /// A target whose node has an address of the source's pods.
    static var hidden: EstateFixture {
        var hidden = bridged
        hidden.target.ranges.nodes = [.one(10, 244, 7, 1)]
        return hidden
    }

    /// Sites that route to each other's pods, and nobody to wait for.
    static var flat: EstateFixture {
        var flat = bridged
        flat.target.ranges.pods = [
            AddressRange(text: "10.245.0.0/16", bytes: [10, 245, 0, 0], length: 16)
        ]
        flat.file.bridgeRule.mode = .podAddresses
        flat.file.residual = .accept
        return flat
    }
}

extension AddressRange {
    /// A single address.
    fileprivate static func one(
        _ first: UInt8,
        _ second: UInt8,
        _ third: UInt8,
        _ fourth: UInt8
    ) -> AddressRange {
        let bytes = [first, second, third, fourth]
        let text = bytes.map(String.init).joined(separator: ".")
        return AddressRange(text: text, bytes: bytes, length: 32)
    }
}

extension Plan {
    /// The ways to each local name, sorted by their words; of both sites if they differ.
    var ways: [String: [BridgeWay]] {
        var ways: [String: Set<BridgeWay>] = [:]
        for step in steps {
            guard case .change(_, .addLocalName(let planned)) = step.operation else { continue }
            ways[planned.service.localName.name, default: []].insert(planned.way)
        }
        return ways.mapValues { $0.sorted { "\($0)" < "\($1)" } }
    }
}
