import JSONValues
import KubernetesObjects

/// Gives namespaces other names, and leads every reference there.
///
/// References in fields follow by their fields, addresses in text by what they look like. What may
/// be a reference and is not surely one is doubted: the plan tells its place.
struct NamespaceTransform: ObjectTransform {
    private let names: [String: String]
    private let text: NamespaceText

    init(_ names: [String: String], known: KnownNames) {
        self.names = names
        text = NamespaceText(names: names, known: known)
    }

    var parts: [String] { names.keys.sorted().map(NamespaceTransform.part) }

    static func part(_ name: String) -> String { "namespaces.\(name)" }

    func apply(to object: inout JSON, log: inout TransformLog) {
        let kind = object.kind ?? ""
        let group = object.groupVersionKind?.group ?? ""
        var walk = NamespaceWalk(
            names: names,
            text: text,
            isBuiltIn: CopyWave.isBuiltIn(group),
            group: group
        )
        let namespace = object.namespace ?? ""
        moveIdentity(of: &object, isNamespace: group.isEmpty && kind == "Namespace", &walk)
        changeAnnotations(of: &object, &walk)
        switch (group, kind) {
        case ("", "Secret"):
            if object["type"]?.string?.hasPrefix("helm.sh/release") == true {
                if names[namespace] != nil { walk.doubt(.release, [namespace], at: "data") }
            } else {
                changeData(of: &object, at: "data", &walk)
            }
        case ("", "ConfigMap"):
            changeTexts(of: &object, at: "data", &walk)
            changeData(of: &object, at: "binaryData", &walk)
        case ("apiextensions.k8s.io", "CustomResourceDefinition"):
            let path = ["spec", "conversion"]
            if let conversion = object.at(path) {
                object.set(walk.changed(conversion, at: path), at: path)
            }
        case ("rbac.authorization.k8s.io", _): changeRights(of: &object, &walk)
        default:
            for (key, value) in object.object ?? [:]
            where !["apiVersion", "kind", "metadata", "status"].contains(key) {
                object[key] = walk.changed(value, at: [key])
            }
        }
        walk.tell(&log)
    }

    // MARK: - Identity

    private func moveIdentity(
        of object: inout JSON,
        isNamespace: Bool,
        _ walk: inout NamespaceWalk
    ) {
        if isNamespace, let name = object.name, let target = names[name] {
            object.name = target
            walk.rewritten.insert(name)
        }
        if let namespace = object.namespace, let target = names[namespace] {
            object.namespace = target
            walk.rewritten.insert(namespace)
        }
    }

    private func changeAnnotations(of object: inout JSON, _ walk: inout NamespaceWalk) {
        for (key, value) in object.annotations {
            if key == "meta.helm.sh/release-namespace", let target = names[value] {
                object.annotations[key] = target
                walk.rewritten.insert(value)
                continue
            }
            let changed = walk.changed(
                text: value,
                hint: key,
                at: ["metadata", "annotations", key]
            )
            if changed != value { object.annotations[key] = changed }
        }
    }

    // MARK: - Kinds of their own

    private func changeTexts(of object: inout JSON, at field: String, _ walk: inout NamespaceWalk) {
        for (key, value) in object[field]?.stringMap ?? [:] {
            let changed = walk.changed(text: value, hint: key, at: [field, key])
            if changed != value { object.set(.string(changed), at: field, key) }
        }
    }

    private func changeData(of object: inout JSON, at field: String, _ walk: inout NamespaceWalk) {
        let data = NamespaceData(text: text)
        for (key, value) in object[field]?.stringMap ?? [:] {
            let found = data.search(value, hint: key)
            walk.rewritten.formUnion(found.rewritten)
            for doubt in TransformLog.Doubt.allCases {
                walk.doubt(doubt, found.doubted[doubt] ?? [], at: "\(field).\(key)")
            }
            if let encoded = found.encoded { object.set(.string(encoded), at: field, key) }
        }
    }

    /// Who may do what: subjects, and the namespaces that rules name.
    private func changeRights(of object: inout JSON, _ walk: inout NamespaceWalk) {
        object.changeElements(at: "subjects") { subject in
            if let namespace = subject["namespace"]?.string, let target = names[namespace] {
                subject["namespace"] = .string(target)
                walk.rewritten.insert(namespace)
            }
            // Users and groups of accounts: `system:serviceaccount:shop:web`.
            if ["User", "Group"].contains(subject["kind"]?.string), let name = subject["name"] {
                subject["name"] = walk.changed(name, at: ["subjects", "name"])
            }
        }
        object.changeElements(at: "rules") { rule in
            guard rule["resources"]?.array?.contains("namespaces") == true else { return }
            rule.changeElements(at: "resourceNames") { name in
                if let text = name.string, let target = names[text] {
                    name = .string(target)
                    walk.rewritten.insert(text)
                }
            }
        }
    }
}
