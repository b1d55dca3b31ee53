using System.Collections.Immutable;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// The costs of one session. Every response id and every item id is charged once, however often it is reported and on whatever
/// connection (docs/cookbook.md rows 10 and 11). Models without a price are listed, results without usage are counted. An
/// immutable value: a charge and the record that it was made are one step.
/// </summary>
public sealed record CostLedger(PriceList Prices, string Model, string? AsrModel, ContextScope Context)
{
    // Task names come back from the server; a hostile server must not fill the memory with names.
    private const int MaxTasks = 64;

    // Ids kept to detect repeats; nothing is repeated after so many others.
    private const int Remembered = 1024;
    private const string OtherTasks = "other";

    // Ids stay charged across connections: the service never reuses an id, so a known id is a repeat.
    private SeenIds Responses { get; init; } = new(Remembered);
    private SeenIds Transcripts { get; init; } = new(Remembered);
    private ImmutableSortedSet<string> Unpriced { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, Account> Tasks { get; init; } =
        ImmutableSortedDictionary.Create<string, Account>(StringComparer.Ordinal);
    private ContextEstimate Estimate { get; init; } = new(Prices, Model, Context);
    private Account Transcription { get; init; }
    private Account Asr { get; init; }
    private Account Conversation { get; init; }
    private int Unreported { get; init; }

    /// <summary>The costs so far.</summary>
    public LedgerMessages.Totals Totals => new(
        Transcription.Usd, Asr.Usd, Conversation.Usd,
        new TaskCosts(AllTasks.Usd, Tasks.ToDictionary(task => task.Key, task => task.Value.Usd)), Total,
        [.. Unpriced], Unreported, Estimate.NotReportedUsd is { } audio ? Transcription.Usd + audio : null, Estimate.Narrower);

    /// <summary>The sum of all known costs, in US dollars.</summary>
    public decimal Total => (Transcription + Asr + Conversation + AllTasks).Known;

    private Account AllTasks => Tasks.IsEmpty ? default : Tasks.Values.Aggregate(default(Account), (sum, task) => sum + task);

    /// <summary>Charges an event that carries usage; any other changes nothing.</summary>
    public CostLedger On(ServerEvent e)
    {
        switch (e)
        {
            case ResponseDone { Response: var response } when !Responses.Contains(response.Id.Value):
                var (charged, usd) = Priced(Model, Usage.Read(response.Usage, Modality.Text), Responses.With(response.Id.Value),
                    Transcripts);
                return charged.Charge(response.Metadata?.GetValueOrDefault(OutOfBandMetadata.Task), usd);
            case AsrCompleted asr when AsrModel is not null && !Transcripts.Contains(asr.ItemId.Value):
                (charged, usd) = Priced(AsrModel, Usage.Read(asr.Usage, Modality.Audio), Responses, Transcripts.With(asr.ItemId.Value));
                return charged with { Asr = Asr.Charge(usd) };
            default:
                return this;
        }
    }

    /// <summary>Counts a usage that could not be charged as one that was not reported.</summary>
    public CostLedger Missed() => this with { Unreported = Unreported + 1 };

    /// <summary>
    /// A new connection: charges stay, but requests no longer include the audio of the last connection. From now on prices are those of
    /// <paramref name="model"/>, the name that the server gives; null: it gives none.
    /// </summary>
    public CostLedger Reopened(string? model = null) => this with
    {
        Model = model ?? Model, Estimate = Estimate.Reopened() with { Model = model ?? Model },
    };

    /// <summary>A turn or an answer was published: nothing is charged, but the estimate learns how much audio it holds.</summary>
    public CostLedger Published(SessionRecord record) => this with { Estimate = Estimate.On(record) };

    private CostLedger Charge(string? task, decimal? usd) => task switch
    {
        null => this with { Conversation = Conversation.Charge(usd) },
        OutOfBandRequest.Transcription => this with { Transcription = Transcription.Charge(usd) },
        _ when Tasks.ContainsKey(task) || Tasks.Count < MaxTasks
            => this with { Tasks = Tasks.SetItem(task, Tasks.GetValueOrDefault(task).Charge(usd)) },
        _ => this with { Tasks = Tasks.SetItem(OtherTasks, Tasks.GetValueOrDefault(OtherTasks).Charge(usd)) },
    };

    // Usd: the cost; null: no price, or a usage that does not say what it is of.
    private (CostLedger Charged, decimal? Usd) Priced(string of, Usage? usage, SeenIds responses, SeenIds transcripts)
    {
        var usd = usage is null ? 0m : Prices.Cost(of, usage);
        var charged = this with
        {
            Responses = responses, Transcripts = transcripts,
            Unreported = usage is null or Usage.Undivided ? Unreported + 1 : Unreported,
            Unpriced = usd is null && usage is not Usage.Undivided ? Unpriced.Add(of) : Unpriced,
        };
        return (charged, usd);
    }
}
