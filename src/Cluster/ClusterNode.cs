using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Cluster.Hosting.SBR;
using Akka.Cluster.Sharding;
using Akka.DistributedData;
using Akka.Event;
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

    private const string Shards = "tenant";

    // Ten for each node of a large cluster.
    private const int ShardCount = 500;

    // The longest patience of a reader, and the way there and back.
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(5), PatientLimit = TimeSpan.FromSeconds(15);

    // For a tenant that moves meanwhile.
    private static readonly TimeSpan ReportLimit = TimeSpan.FromSeconds(20);

    private readonly ClusterSettings _settings;
    private readonly ChargeJournal _journal;
    private readonly NodeCertificate? _certificate;
    private readonly NodeRole _role;
    private readonly CancellationTokenSource _excluded = new();
    private ActorSystem _system = null!; // set once, when the host starts
    private IActorRef _allowances = ActorRefs.Nobody, _tenants = ActorRefs.Nobody, _directory = ActorRefs.Nobody;
    private volatile bool _isLeaving;

    private ClusterNode(ClusterSettings settings, ChargeJournal journal, NodeCertificate? certificate, DateTimeOffset now) =>
        (_settings, _journal, _certificate, _role) = (settings, journal, certificate, new NodeRole(journal.Node, now));

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
            settings, ChargeJournal.Open(settings.Directory, DateOnly.FromDateTime(now.UtcDateTime)), certificate, now);
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
                Roles = [_role.ToString()],
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
        if (_system.WhenTerminated.IsCompleted) return; // the journal has everything
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
    public async Task<IReadOnlyList<CallView>> ElsewhereAsync()
    {
        // A node that was put out sees nobody, and its directory has ended.
        if (_excluded.IsCancellationRequested) return [];
        var live = await Task.WhenAll(Others.Select(node => LiveAsync(node.Role))).ConfigureAwait(false);
        return [.. live.SelectMany(calls => calls), .. await LostAsync().ConfigureAwait(false)];
    }

    /// <inheritdoc/>
    public bool MayHave(SessionId id, DateTimeOffset startedAt) =>
        Membership.SelfMember.Status != MemberStatus.Up
        || Others.Any(node => node.Role.Id.Key == NodeId.KeyOf(id) && node.Role.MayHave(startedAt));

    /// <inheritdoc/>
    public async Task<CallView?> FindAsync(SessionId id)
    {
        foreach (var gate in GatesOf(id))
        {
            var found = await AskAsync<NodeMessages.Found>(gate, new NodeMessages.Find(id), AskLimit, $"the node of {id}")
                .ConfigureAwait(false);
            if (found.Call is { } call) return call;
        }
        return await LostAsync(id).ConfigureAwait(false);
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
        return await LostAsync(id).ConfigureAwait(false) is null ? null : new CallRecords([], IsLast: true);
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

    private IEnumerable<(NodeRole Role, Address Address)> Others =>
        from member in Membership.State.Members
        where member.Status is MemberStatus.Up or MemberStatus.Leaving or MemberStatus.WeaklyUp
            && member.UniqueAddress != Membership.SelfUniqueAddress
        let role = NodeRole.Of(member.Roles)
        where role is not null
        select (role.Value, member.Address);

    // Two nodes may share the digits that stand in the id of a call.
    private IEnumerable<ActorSelection> GatesOf(SessionId call) =>
        Others.Where(node => node.Role.Id.Key == NodeId.KeyOf(call))
            .Select(node => _system.ActorSelection(new RootActorPath(node.Address) / "user" / GateActor.Name));

    private async Task<IEnumerable<CallView>> LiveAsync(NodeRole node)
    {
        try
        {
            var key = DirectoryActor.Key(node.Id);
            var entry = await DistributedData.Get(_system).Replicator
                .Ask<IGetResponse>(Dsl.Get(key, ReadLocal.Instance), AskLimit).ConfigureAwait(false);
            // A node that has started again has not said so in the directory at first.
            return entry.IsSuccessful ? entry.Get(key).Value.Live.Where(call => node.MayHave(call.StartedAt)) : [];
        }
        catch (AskTimeoutException)
        {
            return []; // this node is being put out
        }
    }

    private async Task<IEnumerable<CallView>> LostAsync() =>
        await _directory.Ask<ImmutableArray<CallView>>(new DirectoryActor.GetLost(), AskLimit).ConfigureAwait(false);

    private async Task<CallView?> LostAsync(SessionId id) =>
        (await LostAsync().ConfigureAwait(false)).FirstOrDefault(call => call.Id == id.Value);

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
        _directory = system.ActorOf(DirectoryActor.Props(_journal.Node, Calls, TimeProvider.System), "directory");
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
            ValidateCertificateHostname = false, CustomValidator = (other, _, peer, errors, log) =>
            {
                if (certificate.Accepts(other, errors)) return true;
                log.Warning(
                    "{Peer} is no node of this cluster: its certificate ({Thumbprint}) is not valid now or not signed by the authority "
                    + "in cluster.tls.authority.", peer, other?.Thumbprint ?? "none");
                return false;
            },
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

    // A node that is put out goes on with its calls: its actor system must not end with its membership. The margin is the time that such a
    // node has to end its tenants before they begin elsewhere; without the setting it would be stable-after. Both sides of a partition decide
    // within a second or two of each other.
    private static readonly string Hocon = $$"""
        akka.cluster {
          run-coordinated-shutdown-when-down = off
          split-brain-resolver.stable-after = 10 s
          down-removal-margin = 5 s
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
