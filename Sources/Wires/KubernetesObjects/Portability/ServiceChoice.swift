import JSONValues

/// What of a Service its user chose, and a server did not draw.
///
/// Velero's rule: what the last-applied configuration names, and without one what any manager's
/// fields name. A server draws ports after it has written the managed fields, so that they are not
/// in them.
struct ServiceChoice {
    private let lastApplied: JSON?
    private let managed: FieldSet

    init(of service: JSON) {
        var applied: JSON?
        if let text = service.annotations[ObjectHygiene.lastApplied], !text.isEmpty {
            // An annotation that is no JSON says nothing about what was chosen.
            do { applied = try JSON.parse(text) } catch { applied = nil }
        }
        lastApplied = applied
        managed = ManagedFields(of: service).entries.reduce(FieldSet()) { $0.union($1.fields) }
    }

    /// Whether a field of `spec` was chosen.
    ///
    /// Here both sources count.
    func hasSet(_ field: String) -> Bool {
        let value = lastApplied?.at("spec", field)
        if let value, !value.isNull, value != 0 { return true }
        return managed.contains([.name("spec"), .name(field)])
    }

    /// Whether a port's node port was chosen.
    ///
    /// The last-applied configuration decides where there is one: by the port's name, or by the
    /// number of an unnamed one.
    func hasSetNodePort(of port: JSON) -> Bool {
        guard let lastApplied else {
            let key = FieldElement.key([
                "port": port["port"] ?? .null, "protocol": port["protocol"] ?? "TCP",
            ])
            return managed.contains([
                .name("spec"), .name("ports"), key, .name("nodePort"),
            ])
        }
        let chosen = (lastApplied.at("spec", "ports")?.array ?? []).filter {
            $0["nodePort"].map { $0 != 0 && !$0.isNull } ?? false
        }
        if let name = port["name"]?.string, !name.isEmpty {
            return chosen.contains { $0["name"]?.string == name }
        }
        return chosen.contains { $0["name"] == nil && $0["nodePort"]?.int == port["nodePort"]?.int }
    }
}
