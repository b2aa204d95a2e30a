import Clocks
import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

extension CopyCase {
    /// What is the same although it is written otherwise: detail 22.
    static let equality = [
        CopyCase("spelled", "other spellings of the same are the same") { scene in
            try await scene.open(CopyCase.deployment("web", replicas: 0, cpu: "1000m"))
            try await scene.make(
                "{apiVersion: v1, kind: Namespace, metadata: {name: NS}}",
                atTarget: true
            )
            try await scene.make(
                CopyCase.deployment("web", replicas: 0, cpu: "1"),
                atTarget: true
            )
            let plan = try await scene.plan()
            #expect(plan.findings == [])
            #expect(plan.isEmpty)
        },
        CopyCase("many", "thousands of objects of many kinds are the same once they are copied") {
            scene in
            try await scene.open(CopyCase.mixture(0))
            for index in 1..<155 { try await scene.make(CopyCase.mixture(index)) }
            let summary = try await scene.copy()
            #expect(summary.created > 2_000)
            try await scene.expectNothingMore()
        },
    ]

    /// One object of each kind that servers default most of.
    private static func mixture(_ index: Int) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: a\(index), namespace: NS}
        data: {number: "\(index)"}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: a\(index), namespace: NS}
        stringData: {number: "\(index)"}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: a\(index), namespace: NS}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: a\(index), namespace: NS}
        rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: a\(index), namespace: NS}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a\(index)}
        subjects: [{kind: ServiceAccount, name: a\(index)}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: a\(index), namespace: NS}
        spec: {selector: {app: a}, ports: [{name: http, port: 80, targetPort: web}, {name: b, port: 81}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: a\(index), namespace: NS}
        spec:
          replicas: 0
          selector: {matchLabels: {app: a\(index)}}
          strategy: {rollingUpdate: {maxSurge: 50%, maxUnavailable: 0}}
          template:
            metadata: {labels: {app: a\(index)}}
            spec:
              containers:
              - name: a
                image: a
                env: [{name: A, value: b}]
                ports: [{containerPort: 80}]
                resources: {requests: {cpu: 0.5, memory: 1024Mi}, limits: {memory: 1Gi}}
                livenessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 7}
              volumes: [{name: a, configMap: {name: a\(index)}}]
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: a\(index), namespace: NS}
        spec:
          replicas: 0
          serviceName: a\(index)
          selector: {matchLabels: {app: a\(index)}}
          template: {metadata: {labels: {app: a\(index)}}, spec: {containers: [{name: a, image: a}]}}
          volumeClaimTemplates:
          - {metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1024Mi}}}}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: a\(index), namespace: NS}
        spec:
          schedule: "0 0 1 1 *"
          jobTemplate: {spec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: a, image: a}]}}}}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: a\(index), namespace: NS}
        spec: {podSelector: {matchLabels: {app: a\(index)}}, ingress: [{ports: [{port: 80}]}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: a\(index), namespace: NS}
        spec: {defaultBackend: {service: {name: a\(index), port: {number: 80}}}}
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: a\(index), namespace: NS}
        spec: {minAvailable: 50%, selector: {matchLabels: {app: a\(index)}}}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: a\(index), namespace: NS}
        spec:
          maxReplicas: 5
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a\(index)}
        """
    }
}
