import JSONValues
import MigrationModel
import MigrationPorts

extension BeforeImage {
    /// Of a route: what its balancer was asked for before.
    init(weight: RequestedWeight) {
        var image: JSON = [
            "percent": .int(weight.weight.percent), "native": .string(weight.native),
        ]
        if let place = weight.place { image["place"] = .string(place) }
        if let process = weight.process { image["process"] = .string(process) }
        self.init(clear: image)
    }

    /// What a route's balancer was asked for before; nil when this is of no route.
    var weight: RequestedWeight? {
        guard let percent = clear.value["percent"]?.int, let weight = Weight(percent: percent),
            let native = clear.value["native"]?.string
        else { return nil }
        return RequestedWeight(
            weight: weight,
            native: native,
            place: clear.value["place"]?.string,
            process: clear.value["process"]?.string
        )
    }
}
