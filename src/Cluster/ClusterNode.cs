using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Cluster.Hosting.SBR;
using Akka.Cluster.Sharding;
using Akka.DistributedData;
using Akka.Hosting;
using Akka.Persistence.Sql.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Cluster.Nodes;
using RealtimeAkka.Cluster.Tenants;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Gateway.Http;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Cluster;

/// <summary>The composition of a node: remoting, membership, sharding, the journal, and the actors of this project.</summary>
public sealed class ClusterNode : ICluster
{
    /// <summary>The name of every node's actor system, which is part of their addresses.</summary>
    public const string SystemName = "realtime";

    private const string NodeRole = "node-", Shards = "tenant";

    // Ten for each node of a large cluster.
    private const int ShardCount = 500;

    // The longest patience of a reader, and the way there and back.
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(5), PatientLimit = TimeSpan.FromSeconds(15);

    // For a tenant that moves meanwhile.
    private static readonly TimeSpan ReportLimit = TimeSpan.FromSeconds(20);

    private readonly ClusterSettings _settings;
    private readonly ChargeJournal _journal;
    private readonly NodeCertificate? _certificate;
    private readonly CancellationTokenSource _excluded = new();
    private ActorSystem _system = null!; // set once, when the host starts
    private IActorRef _allowances = ActorRefs.Nobody, _tenants = ActorRefs.Nobody;
    private volatile bool _isLeaving;

    private ClusterNode(ClusterSettings settings, ChargeJournal journal, NodeCertificate? certificate) =>
        (_settings, _journal, _certificate) = (settings, journal, certificate);

    /// <inheritdoc/>
    public string Node => _settings.Node;

    /// <inheritdoc/>
    public CancellationToken Excluded => _excluded.Token;

    /// <summary>The calls of this node, for the others; set before the host starts.</summary>
    public NodeCalls Calls { get; set; } = null!;

    private Akka.Cluster.Cluster Membership => Akka.Cluster.Cluster.Get(_system);

    /// <summary>
    /// Opens the files of a node. Throws <see cref="IOException"/> and <see cref="System.Security.Cryptography.CryptographicException"/> with
    /// what is wrong.
    /// </summary>
    public static ClusterNode Open(ClusterSettings settings, DateTimeOffset now)
    {
        var certificate = settings.Tls is { } files ? NodeCertificate.Read(files) : null;
        return new ClusterNode(
            settings, ChargeJournal.Open(settings.Directory, DateOnly.FromDateTime(now.UtcDateTime)), certificate);
    }

    /// <summary>Adds everything to the actor system, which has its calls already.</summary>
    public void AddTo(AkkaConfigurationBuilder builder)
    {
        var (journal, snapshots) = Persistence();
        builder
            .AddHocon(Hocon, HoconAddMode.Append)
            .WithRemoting(Remoting())
            .WithClustering(new ClusterOptions
            {
                Roles = [NodeRole + _journal.Node],
                SeedNodes = [.. _settings.Seeds.DefaultIfEmpty(Own).Select(seed => $"{Scheme}://{SystemName}@{seed}")],
                SplitBrainResolver = new KeepMajorityOption(),
            })
            .WithCustomSerializer("realtime-cluster", ClusterSerializer.Types, system => new ClusterSerializer(system))
            .WithStrictSerialization()
            .WithSqlPersistence(journal, snapshots)
            .WithShardRegion<TenantActor>(
                Shards, name => TenantActor.Props(name, _settings.Limits, TimeProvider.System), new ByTenant(), new ShardOptions
                {
                    StateStoreMode = StateStoreMode.DData, RememberEntities = false, ShouldPassivateIdleEntities = false,
                })
            .WithActors(Start)
            // Ready for calls once the other nodes have let this one in.
            .WithHealthCheck("cluster", (_, _, _) => Task.FromResult(
                Membership.SelfMember.Status == MemberStatus.Up
                    ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("no member yet")),
                tags: [GatewayApp.ReadyTag]);
    }

    /// <inheritdoc/>
    public async Task LeaveAsync()
    {
        _isLeaving = true;
        try
        {
            await _allowances.Ask<AllowancesActor.Flushed>(new AllowancesActor.Flush(), ReportLimit).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            // The journal has it: it is reported when this node starts again.
        }
    }

    /// <inheritdoc/>
    public SessionId NewCall(DateTimeOffset now) => _journal.Node.NewCall(now, Random.Shared);

    /// <inheritdoc/>
    public async Task<(CallRefusal? Refusal, TenantBudget? Budget)> EnterAsync(SessionId id, TenantId tenant)
    {
        var entered = await _allowances.Ask<AllowancesActor.Entered>(new AllowancesActor.Enter(id, tenant), PatientLimit)
            .ConfigureAwait(false);
        return (entered.Refusal, entered.Budget);
    }

    /// <inheritdoc/>
    public ISpending SpendingOf(SessionId id) => new CallSpending(id, _allowances);

    /// <inheritdoc/>
    public void Leave(SessionId id) => _allowances.Tell(new AllowancesActor.Leave(id));

    /// <inheritdoc/>
    public async Task<TenantView> TenantAsync(TenantId tenant)
    {
        var view = await AskAsync<TenantMessages.View>(_tenants, new TenantMessages.GetView(tenant), AskLimit, $"tenant {tenant}")
            .ConfigureAwait(false);
        return new TenantView(view.Tenant.Value, view.Calls, view.TodayUsd, view.MonthUsd, view.LeasedUsd);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CallView>> LiveElsewhereAsync()
    {
        var replicator = DistributedData.Get(_system).Replicator;
        var entries = await Task.WhenAll(Others.Select(node => replicator.Ask<IGetResponse>(
            Dsl.Get(DirectoryActor.Key(node.Id), ReadLocal.Instance), AskLimit))).ConfigureAwait(false);
        return
        [
            .. entries.Where(entry => entry.IsSuccessful)
                .SelectMany(entry => entry.Get((LWWRegisterKey<NodeMessages.Calls>)entry.Key).Value.Live),
        ];
    }

    /// <inheritdoc/>
    public async Task<CallView?> FindAsync(SessionId id)
    {
        foreach (var gate in GatesOf(id))
        {
            var found = await AskAsync<NodeMessages.Found>(gate, new NodeMessages.Find(id), AskLimit, $"the node of {id}")
                .ConfigureAwait(false);
            if (found.Call is { } call) return call;
        }
        return null;
    }

    /// <inheritdoc/>
    public async Task<CallRecords?> ReadAsync(SessionId id, long after, bool isPatient)
    {
        foreach (var gate in GatesOf(id))
        {
            var records = await AskAsync<NodeMessages.Records>(
                gate, new NodeMessages.Read(id, after, isPatient), PatientLimit, $"the node of {id}").ConfigureAwait(false);
            if (records.Lines is { } lines)
                return new CallRecords([.. lines.Select(line => new NumberedRecord(line.Number, line.Json))], records.IsLast);
        }
        return null;
    }

    /// <inheritdoc/>
    public Task StopAsync(SessionId id)
    {
        foreach (var gate in GatesOf(id)) gate.Tell(new NodeMessages.Stop(id));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _certificate?.Dispose();
        _excluded.Dispose();
    }

    private string Scheme => _certificate is null ? "akka.tcp" : "akka.ssl.tcp";

    private string Own => string.Create(CultureInfo.InvariantCulture, $"{_settings.PublicHost}:{_settings.Port}");

    private IEnumerable<(NodeId Id, Address Address)> Others =>
        from member in Membership.State.Members
        where member.Status is MemberStatus.Up or MemberStatus.Leaving or MemberStatus.WeaklyUp
            && member.UniqueAddress != Membership.SelfUniqueAddress
        from role in member.Roles
        where role.StartsWith(NodeRole, StringComparison.Ordinal)
        let id = NodeId.Read(role[NodeRole.Length..])
        where id is not null
        select (id.Value, member.Address);

    // Two nodes may share the digits that stand in the id of a call.
    private IEnumerable<ActorSelection> GatesOf(SessionId call) =>
        Others.Where(node => node.Id.Key == NodeId.KeyOf(call))
            .Select(node => _system.ActorSelection(new RootActorPath(node.Address) / "user" / GateActor.Name));

    private static async Task<T> AskAsync<T>(ICanTell whom, object what, TimeSpan limit, string name)
    {
        try
        {
            return await whom.Ask<T>(what, limit).ConfigureAwait(false);
        }
        catch (AskTimeoutException e)
        {
            throw new NodeAwayException($"{name} does not answer", e);
        }
    }

    private void Start(ActorSystem system, IActorRegistry registry)
    {
        _system = system;
        _tenants = registry.Get<TenantActor>();
        var calls = registry.Get<CallsActor>();
        var settings = new AllowanceSettings(
            _settings.Limits, _settings.Thresholds, TimeProvider.System,
            (call, budget) => calls.Tell(new CallsActor.OfTenant(call, budget)));
        _allowances = system.ActorOf(
            AllowancesActor.Props(settings, _journal, TenantActor.ProcessOf(Membership.SelfUniqueAddress), _tenants)
                .WithDispatcher(DispatcherIds.DedicatedThread), "tenants");
        system.ActorOf(GateActor.Props(Calls), GateActor.Name);
        system.ActorOf(DirectoryActor.Props(_journal.Node, Calls), "directory");
        Membership.RegisterOnMemberRemoved(() =>
        {
            if (!_isLeaving) _excluded.Cancel();
        });
    }

    private RemoteOptions Remoting()
    {
        var remoting = new RemoteOptions
        {
            HostName = _settings.Host, Port = _settings.Port, PublicHostName = _settings.PublicHost,
            MaxFrameSize = 1024 * 1024, SendBufferSize = 2 * 1024 * 1024, ReceiveBufferSize = 2 * 1024 * 1024,
            EnableSsl = _certificate is not null,
        };
        if (_certificate is not { } certificate) return remoting;
        remoting.Ssl = new SslOptions
        {
            X509Certificate = certificate.Own, RequireMutualAuthentication = true, SuppressValidation = false,
            ValidateCertificateHostname = false, CustomValidator = (other, _, _, errors, _) => certificate.Accepts(other, errors),
        };
        return remoting;
    }

    private (SqlJournalOptions, SqlSnapshotOptions) Persistence()
    {
        var provider = _settings.Journal.IsPostgres ? LinqToDB.ProviderName.PostgreSQL15 : LinqToDB.ProviderName.SQLiteMS;
        var text = _settings.Journal.ConnectionString;
        return (
            new SqlJournalOptions(isDefaultPlugin: true) { ProviderName = provider, ConnectionString = text, AutoInitialize = true },
            new SqlSnapshotOptions(isDefaultPlugin: true) { ProviderName = provider, ConnectionString = text, AutoInitialize = true });
    }

    // A node that is put out goes on with its calls: its actor system must not end with its membership.
    private static readonly string Hocon = $$"""
        akka.cluster {
          run-coordinated-shutdown-when-down = off
          split-brain-resolver.stable-after = 10 s
          failure-detector.acceptable-heartbeat-pause = 5 s
          sharding.number-of-shards = {{ShardCount}}
        }
        akka.remote.log-remote-lifecycle-events = off
        akka.coordinated-shutdown.exit-clr = off
        """;

    // Sharding by the name of the tenant.
    private sealed class ByTenant() : HashCodeMessageExtractor(ShardCount)
    {
        public override string? EntityId(object message) => (message as ITenantMessage)?.Tenant.Value;
    }

    private sealed class CallSpending(SessionId id, IActorRef allowances) : ISpending
    {
        public void Spent(decimal totalUsd) => allowances.Tell(new AllowancesActor.Spent(id, totalUsd));
    }
}
