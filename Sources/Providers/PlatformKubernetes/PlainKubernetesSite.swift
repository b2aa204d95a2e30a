import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// One Kubernetes site in the words of `kubectl`.
///
/// What the run created is known by its mark, and what it changed by the before-image; no line needs
/// the content of an object that was copied, so none can hold a secret.
package struct PlainKubernetesSite: PlainSite {
    /// How this site and the one across the link are called: `kubectl` with its context.
    private let kubectl: [String]
    private let kubectlOther: [String]
    private let leasePrefix = KubernetesRunLease.namePrefix

    /// Contexts and kubeconfig files, as `kubectl` takes them; nil for its own choice of a file.
    package init(context: String, kubeconfig: String?, other: String, kubeconfigOther: String?) {
        kubectl = PlainKubernetesSite.call(context, kubeconfig)
        kubectlOther = PlainKubernetesSite.call(other, kubeconfigOther)
    }

    package var functions: [String] { PlainFunctions.all }

    package func undo(_ change: SiteChange, to before: BeforeImage, run: RunID) -> [String] {
        switch change {
        case .create(let objects):
            return objects.reversed().flatMap { object in
                object.present == nil
                    ? deletion(of: object.reference, run) : givingBack(object, before, run)
            }
        case .addLocalName(let service):
            return (service.entryReference.map { deletion(of: $0, run) } ?? [])
                + deletion(of: .service(service.service.localName), run)
        case .admitBridges(let admission): return deletion(of: admission.reference, run)
        case .refuseDeploys(let workload):
            return DeployRefusal(of: workload).objects.reversed().flatMap { deletion(of: $0, run) }
        case .addBridge(let service): return removal(of: service, run)
        case .admitKeeper(let keeper):
            return keeper.readerObjects.reversed().flatMap { deletion(of: $0, run) }
        case .runKeeper(let keeper):
            return keeper.objects.reversed().flatMap { deletion(of: $0, run) }
        case .tryBridges(let trial):
            return deletion(of: trial.reference, run)
        case .tryTransfer(let transfer): return deletion(of: transfer.reference, run)
        case .listen(let listener):
            return undo(.addLocalName(service: listener.service), to: before, run: run)
                + deletion(of: listener.reference, run)
        case .runProbe(let probe): return deletion(of: probe.reference, run)
        case .removeBridge(let service): return restoration(of: service, before)
        case .addSelector(let service), .removeSelector(let service):
            return selection(of: service, before, run)
        case .scale(let workload, let replicas):
            return scaling(of: workload, replicas, before, run)
        case .runOrdinals(let workload, _): return numbering(of: workload, before, run)
        case .suspend(let workload), .resume(let workload):
            return schedule(of: workload, before, run)
        case .pointEntryToLocalNames(let entry, _), .pointEntryToNames(let entry, _):
            return turn(of: entry, before, run)
        case .refreshBridges, .removeProbe, .stopListening, .delete, .removeMarks: return []
        }
    }

    package func wait(for condition: Condition, replicas: Int?) -> [String] {
        switch condition {
        case .ready(_, let workload, _):
            // Nobody waits for the pods of what had none.
            guard replicas != 0 else { return [] }
            let words = ["rollout", "status", place(workload), "--timeout=300s"]
            return [call(in: workload.namespace, words)]
        case .endpoints(_, let service, let kind):
            let manager = "endpointslice.kubernetes.io/managed-by"
            let labels =
                "kubernetes.io/service-name=\(service.name),\(manager)"
                + (kind == .local ? "!=" : "=") + Marks.sliceManager
            let words = [
                "get", "endpointslices", "-l", labels, "-o",
                "jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].addresses[0]}",
            ]
            // A name that is gone already has nothing to wait for.
            return [
                "if \(found(.service(service))); then "
                    + "eventually yes \(call(in: service.namespace, words)); fi"
            ]
        case .gone(_, let workload) where workload.isCronJob:
            let words = [
                "get", place(workload), "--ignore-not-found", "-o", "jsonpath={.status.active}",
            ]
            return ["eventually no \(call(in: workload.namespace, words))"]
        case .gone(_, let workload):
            let kubectl = ShellWord.command(kubectl + ["-n", workload.namespace])
            return ["eventually no pods_of \(ShellWord.quoted(place(workload))) \(kubectl)"]
        case .ordinalGone(_, let workload, let ordinal):
            let words = [
                "get", "pods", "--field-selector", "metadata.name=\(workload.name)-\(ordinal)",
                "-o", "name",
            ]
            return ["eventually no \(call(in: workload.namespace, words))"]
        case .deployedAsPlanned, .deploysRefused, .bridgedOnly, .bridgesAnswer, .listens,
            .linkCarries,
            .answersThroughLocalName, .answersThroughEntry, .betweenTicks, .jobsEnded, .share,
            .metric, .smoke,
            .probeSucceeded,
            .sameAnswers, .settled:
            return []
        }
    }

    package func endRun(_ run: RunID, of plan: Plan) -> [String] {
        ["end_run \(ShellWord.command([leasePrefix + plan.name, run.text] + kubectl))"]
    }

    package func removeTraces(changed: [ObjectReference]) -> [String] {
        // Deployments hand annotations to their ReplicaSets and never take one back.
        let namespaces = Set(changed.filter { $0.kind == "Deployment" }.compactMap(\.namespace))
        return namespaces.sorted().map { namespace in
            let sets = call(in: namespace, ["get", "replicasets", "-o", "name"])
            let words = ["annotate", "replicasets", "--all", Marks.epoch + "-", Marks.step + "-"]
            return "if found \(sets); then \(call(in: namespace, words)) >/dev/null; fi"
        }
    }
}

// MARK: - Single changes

extension PlainKubernetesSite {
    /// Deletes what is of this name only if it bears the run's mark.
    private func deletion(of reference: ObjectReference, _ run: RunID) -> [String] {
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
    private func givingBack(
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
                    Marks.step: .null, Marks.epoch: image[FencedObject.imageKey] ?? .null,
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
    private func removal(of service: PlannedService, _ run: RunID) -> [String] {
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
    private func restoration(of service: PlannedService, _ before: BeforeImage) -> [String] {
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

    private func selection(
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

    private func scaling(
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
        let scale =
            call(in: workload.namespace, ["scale", place(workload)]) + " --replicas=\(count)"
        return ifFound(
            reference,
            uid: before.clear.value["uid"]?.string,
            labels: mark(in: before, of: run),
            [scale] + stamp(reference, before, run)
        )
    }

    /// The script waits until the other site runs none of what comes back: its undo stands behind that.
    private func numbering(
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
    private func schedule(
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
    private func turn(
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
    private func mark(in before: BeforeImage, of run: RunID) -> String? {
        let stamp = before.clear.value[FencedObject.imageKey]?.string
        return stamp?.hasPrefix("\(run.text)/") == true ? "\(Marks.run)=\(run.text)" : nil
    }

    /// The mark of who wrote last goes as well, or becomes again what it was.
    private func stamp(
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

// MARK: - Words

extension PlainKubernetesSite {
    /// `kubectl` with its context.
    package static func call(_ context: String, _ kubeconfig: String?) -> [String] {
        ["kubectl"] + (kubeconfig.map { ["--kubeconfig", $0] } ?? []) + ["--context", context]
    }

    private func call(in namespace: String?, _ words: [String]) -> String {
        ShellWord.command(kubectl + (namespace.map { ["-n", $0] } ?? []) + words)
    }

    /// `deployment.apps`: the kind with its group, for names may be taken twice.
    private func kind(_ reference: ObjectReference) -> String {
        let group = reference.apiVersion.split(separator: "/").dropLast().joined()
        return reference.kind.lowercased() + (group.isEmpty ? "" : ".\(group)")
    }

    private func place(_ workload: WorkloadID) -> String {
        "\(kind(workload.reference))/\(workload.name)"
    }

    private func patched(_ reference: ObjectReference, _ type: String, _ patch: JSON) -> String {
        let words = [
            "patch", kind(reference), reference.name, "--type=\(type)", "-p", patch.text(),
        ]
        return call(in: reference.namespace, words)
    }

    /// Whether an object is there, of this incarnation and with these labels where they are named.
    private func found(
        _ reference: ObjectReference,
        uid: String? = nil,
        labels: String? = nil
    ) -> String {
        let output = uid.map { "jsonpath={.items[?(@.metadata.uid==\"\($0)\")].metadata.name}" }
        let words =
            [
                "get", kind(reference), "--field-selector", "metadata.name=\(reference.name)", "-o",
                output ?? "name",
            ] + (labels.map { ["-l", $0] } ?? [])
        return "found \(call(in: reference.namespace, words))"
    }

    private func ifFound(
        _ reference: ObjectReference,
        uid: String? = nil,
        labels: String? = nil,
        _ lines: [String]
    ) -> [String] {
        ["if \(found(reference, uid: uid, labels: labels)); then"] + lines.map { "  " + $0 } + [
            "fi"
        ]
    }
}
