import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// What gives single changes back.
extension PlainKubernetesSite {
    /// Deletes what is of this name only if it bears the run's mark.
    func deletion(of reference: ObjectReference, _ run: RunID) -> [String] {
        if reference.kind == "Namespace" {
            let words = [reference.name, "\(Marks.run)=\(run.text)"]
            return ["remove_namespace \(ShellWord.command(words + kubectl))"]
        }
        let words = [
            "delete", kind(reference), "-l", "\(Marks.run)=\(run.text)", "--field-selector",
            "metadata.name=\(reference.name)", "--ignore-not-found", "--timeout=120s",
        ]
        return [call(in: reference.namespace, words)]
    }

    /// What a copy had made is not deleted: it gets its form, its marks and its owners back.
    func givingBack(
        _ object: PlannedObject,
        _ before: BeforeImage,
        _ run: RunID
    ) -> [String] {
        let reference = object.reference
        guard let image = before.clear.value[ObjectCreation.imageKey]?["\(reference)"] else {
            return []
        }
        var form: JSON = [
            "metadata": ["annotations": [Marks.dnsController: image["dns"] ?? .null]]
        ]
        if let spec = image["spec"]?.object, !spec.isEmpty { form["spec"] = .object(spec) }
        let managers = (image["managedFields"]?.array ?? []).filter {
            $0["subresource"] != "status"
        }
        let marks: JSON = [
            "metadata": [
                "labels": [Marks.run: .null],
                "annotations": [
                    Marks.step: .null, Marks.made: .null,
                    Marks.epoch: image[FencedObject.imageKey] ?? .null,
                ],
                "managedFields": .array(managers),
            ]
        ]
        // Two writes: a server takes down who made the first.
        return ifFound(
            reference,
            uid: image["uid"]?.string,
            labels: "\(Marks.run)=\(run.text)",
            [patched(reference, "merge", form), patched(reference, "merge", marks)]
        )
    }

    /// Pods may have needed more than one slice.
    func removal(of service: PlannedService, _ run: RunID) -> [String] {
        guard case .podAddresses = service.way else {
            return deletion(of: Bridge.reference(of: service), run)
        }
        let labels = [
            "\(Marks.run)=\(run.text)", "kubernetes.io/service-name=\(service.service.name)",
            "endpointslice.kubernetes.io/managed-by=\(Marks.sliceManager)",
        ]
        let words = [
            "delete", "endpointslices", "-l", labels.joined(separator: ","), "--timeout=120s",
        ]
        return [call(in: service.service.namespace, words)]
    }

    /// A slice leads nowhere without its Service, which may be gone already.
    func restoration(of service: PlannedService, _ before: BeforeImage) -> [String] {
        before.bridgeSlices.flatMap { slice -> [String] in
            let reference = ObjectReference.slice(service.service.namespace, slice.name ?? "")
            return [
                "if \(found(.service(service.service))); then",
                "  \(found(reference)) || "
                    + call(in: reference.namespace, ["create", "-f", "-"]) + " <<'END'",
                slice.text(), "END", "fi",
            ]
        }
    }

    /// The selector that was found, or none again.
    func selection(
        of service: PlannedService,
        _ before: BeforeImage,
        _ run: RunID
    ) -> [String] {
        let reference = ObjectReference.service(service.service)
        let recorded = before.selector
        let namespace = service.service.namespace
        var lines: [String]
        if let recorded {
            let patch: JSON = [["op": "add", "path": "/spec/selector", "value": recorded]]
            lines = [patched(reference, "json", patch)]
        } else {
            lines = [patched(reference, "merge", ["spec": ["selector": nil]])]
        }
        lines += stamp(reference, before, run)
        if recorded == nil {
            // A selector that goes leaves its endpoints behind, which would still be called.
            let labels =
                "kubernetes.io/service-name=\(service.service.name),"
                + "endpointslice.kubernetes.io/managed-by!=\(Marks.sliceManager)"
            lines += [
                call(
                    in: namespace,
                    ["delete", "endpoints", service.service.name, "--ignore-not-found"]
                ),
                call(in: namespace, ["delete", "endpointslices", "-l", labels]),
            ]
        }
        return ifFound(reference, labels: mark(in: before, of: run), lines)
    }

    /// The replicas that were found; as many as the other site has by now, where both were to have some.
    func scaling(
        of workload: WorkloadID,
        _ replicas: Replicas,
        _ before: BeforeImage,
        _ run: RunID
    ) -> [String] {
        guard let recorded = before.replicas else { return [] }
        let reference = workload.reference
        let other = ShellWord.command(
            kubectlOther + [
                "-n", workload.namespace, "get", place(workload), "--ignore-not-found",
                "--request-timeout=10s",
            ]
        )
        let isExact = if case .portion = replicas { true } else { recorded == 0 }
        let count = isExact ? "\(recorded)" : "\"$(larger \(recorded) \(other))\""
        let words = ["patch", place(workload), inOurName, "--subresource=scale", "--type=merge"]
        let scale =
            call(in: workload.namespace, words) + " -p '{\"spec\":{\"replicas\":'\(count)'}}'"
        return ifFound(
            reference,
            uid: before.clear.value["uid"]?.string,
            labels: mark(in: before, of: run),
            [scale] + stamp(reference, before, run)
        )
    }

    /// The script waits until the other site runs none of what comes back: its undo stands behind that.
    func numbering(
        of workload: WorkloadID,
        _ before: BeforeImage,
        _ run: RunID
    ) -> [String] {
        guard let recorded = OrdinalChange.recorded(in: before) else { return [] }
        return ifFound(
            workload.reference,
            uid: before.clear.value["uid"]?.string,
            labels: mark(in: before, of: run),
            [patched(workload.reference, "merge", ["spec": recorded])]
                + stamp(workload.reference, before, run)
        )
    }

    /// Who is resumed first gets to know which ticks the other site has begun.
    func schedule(
        of workload: WorkloadID,
        _ before: BeforeImage,
        _ run: RunID
    ) -> [String] {
        guard let isSuspended = before.clear.value["suspend"]?.bool else { return [] }
        let reference = workload.reference
        func words(_ kubectl: [String]) -> String {
            ShellWord.command(kubectl + ["-n", workload.namespace])
        }
        var lines: [String] = []
        if !isSuspended {
            let there = ShellWord.command(
                kubectlOther + [
                    "-n", workload.namespace, "get", place(workload), "--ignore-not-found",
                    "--request-timeout=10s",
                ]
            )
            lines.append(
                "take_ticks \(ShellWord.quoted(workload.name)) \(words(kubectl)) -- \(there)"
            )
        }
        lines.append(patched(reference, "merge", ["spec": ["suspend": .bool(isSuspended)]]))
        return ifFound(
            reference,
            uid: before.clear.value["uid"]?.string,
            labels: mark(in: before, of: run),
            lines + stamp(reference, before, run)
        )
    }

    /// The places are those of the survey; the tests make the patch fail if rules were moved about.
    func turn(
        of entry: ObjectReference,
        _ before: BeforeImage,
        _ run: RunID
    ) -> [String] {
        var operations: [JSON] = []
        for backend in before.clear.value["backends"]?.array ?? [] {
            guard let service = backend["service"], let pointer = backend["pointer"]?.string else {
                continue
            }
            let parts = pointer.split(separator: "/").map(String.init)
            if parts.count > 5, parts[1] == "rules" {
                let rule = "/spec/rules/\(parts[2])"
                if let host = backend["host"], !host.isNull {
                    operations.append([
                        "op": "test", "path": .string(rule + "/host"), "value": host,
                    ])
                }
                if let path = backend["path"]?.string, !path.isEmpty {
                    let place = "\(rule)/http/paths/\(parts[5])/path"
                    operations.append(
                        ["op": "test", "path": .string(place), "value": .string(path)]
                    )
                }
            }
            operations.append(["op": "replace", "path": .string(pointer), "value": service])
        }
        guard !operations.isEmpty else { return [] }
        return ifFound(
            entry,
            [patched(entry, "json", .array(operations))] + stamp(entry, before, run)
        )
    }

    /// The label of what was the run's when its step began; nil for what was somebody else's.
    ///
    /// Without it, it is not the run's any more, and left alone.
    func mark(in before: BeforeImage, of run: RunID) -> String? {
        let stamp = before.clear.value[FencedObject.imageKey]?.string
        return stamp?.hasPrefix("\(run.text)/") == true ? "\(Marks.run)=\(run.text)" : nil
    }

    /// The mark of who wrote last goes as well, or becomes again what it was.
    func stamp(
        _ reference: ObjectReference,
        _ before: BeforeImage,
        _ run: RunID
    ) -> [String] {
        // What the run made keeps its marks until it is deleted.
        guard mark(in: before, of: run) == nil else { return [] }
        let recorded = before.clear.value[FencedObject.imageKey]?.string
        let annotation = recorded.map { "\(Marks.epoch)=\($0)" } ?? "\(Marks.epoch)-"
        let words = ["annotate", "--overwrite", kind(reference), reference.name, annotation]
        return [call(in: reference.namespace, words) + " >/dev/null"]
    }
}
