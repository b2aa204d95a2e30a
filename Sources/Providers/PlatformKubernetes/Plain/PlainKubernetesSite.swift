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
    let kubectl: [String]
    let kubectlOther: [String]
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
        case .refuseDeploys(let workload), .refuseChanges(let workload):
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
        case .deployedAsPlanned, .configuredAsCopied, .keptAsMade, .deploysRefused, .bridgedOnly,
            .bridgesAnswer, .listens,
            .linkCarries, .trusted,
            .answersThroughLocalName, .answersThroughEntry, .betweenTicks, .jobsEnded, .share,
            .store,
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
            let marks = [Marks.epoch, Marks.step, Marks.made].map { $0 + "-" }
            let words = ["annotate", "replicasets", "--all"] + marks
            return "if found \(sets); then \(call(in: namespace, words)) >/dev/null; fi"
        }
    }
}
