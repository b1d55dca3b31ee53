using System.Collections.Immutable;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// The bill of one session. Every response id and every item id is charged once, however often it is reported and on whatever
/// connection (docs/cookbook.md rows 10 and 11); what has no price is named, what reports no usage is counted. A value: what is charged and
/// that it is charged are one step.
/// </summary>
public sealed record CostLedger(PriceList Prices, string Model, string? AsrModel, ContextScope Context)
{
    // A task's name comes back from the server; a hostile one shall not fill the memory with names.
    private const int MaxTasks = 64;

    // Nothing is repeated after so many others.
    private const int Remembered = 1024;
    private const string OtherTasks = "other";

    // They stay charged across connections: the service never uses an id twice, so one that comes again is a repetition.
    private KnownIds Responses { get; init; } = new(Remembered);
    private KnownIds Transcripts { get; init; } = new(Remembered);
    private ImmutableSortedSet<string> Unpriced { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, Account> Tasks { get; init; } = ImmutableSortedDictionary.Create<string, Account>(StringComparer.Ordinal);
    private ContextEstimate Estimate { get; init; } = new(Prices, Model, Context);
    private Account Transcription { get; init; }
    private Account Asr { get; init; }
    private Account Conversation { get; init; }
    private int Unreported { get; init; }

    /// <summary>The bill so far.</summary>
    public LedgerMessages.Totals Totals => new(
        Transcription.Usd, Asr.Usd, Conversation.Usd, new TaskCosts(AllTasks.Usd, Tasks.ToDictionary(task => task.Key, task => task.Value.Usd)), Total,
        [.. Unpriced], Unreported, Estimate.NotReportedUsd is { } audio ? Transcription.Usd + audio : null, Estimate.Narrower);

    /// <summary>Everything that is known, together, in US dollars.</summary>
    public decimal Total => (Transcription + Asr + Conversation + AllTasks).Known;

    private Account AllTasks => Tasks.Values.Aggregate(default(Account), (sum, task) => sum + task);

    /// <summary>Charges an event that carries usage; any other changes nothing.</summary>
    public CostLedger On(ServerEvent e)
    {
        switch (e)
        {
            case ResponseDone { Response: var response } when !Responses.Contains(response.Id.Value):
                var (charged, usd) = Priced(Model, Usage.Read(response.Usage, Modality.Text), Responses.With(response.Id.Value), Transcripts);
                return charged.Charge(response.Metadata?.GetValueOrDefault(OutOfBandMetadata.Task), usd);
            case AsrCompleted asr when AsrModel is not null && !Transcripts.Contains(asr.ItemId.Value):
                (charged, usd) = Priced(AsrModel, Usage.Read(asr.Usage, Modality.Audio), Responses, Transcripts.With(asr.ItemId.Value));
                return charged with { Asr = Asr.Charge(usd) };
            default:
                return this;
        }
    }

    /// <summary>A usage that could not be charged counts like one that was not reported.</summary>
    public CostLedger Missed() => this with { Unreported = Unreported + 1 };

    /// <summary>A new connection: what was charged stays charged, but the audio of the last one is not there to be heard.</summary>
    public CostLedger Reopened() => this with { Estimate = Estimate.Reopened() };

    /// <summary>A turn or an answer was told: it charges nothing, but tells what audio there was to hear.</summary>
    public CostLedger Told(SessionRecord record) => this with { Estimate = Estimate.On(record) };

    private CostLedger Charge(string? task, decimal? usd) => task switch
    {
        null => this with { Conversation = Conversation.Charge(usd) },
        OutOfBandRequest.Transcription => this with { Transcription = Transcription.Charge(usd) },
        _ when Tasks.ContainsKey(task) || Tasks.Count < MaxTasks => this with { Tasks = Tasks.SetItem(task, Tasks.GetValueOrDefault(task).Charge(usd)) },
        _ => this with { Tasks = Tasks.SetItem(OtherTasks, Tasks.GetValueOrDefault(OtherTasks).Charge(usd)) },
    };

    // What it costs; null: it has no price.
    private (CostLedger Charged, decimal? Usd) Priced(string of, Usage? usage, KnownIds responses, KnownIds transcripts)
    {
        var usd = usage is null ? 0m : Prices.Cost(of, usage);
        var charged = this with
        {
            Responses = responses, Transcripts = transcripts,
            Unreported = usage is null ? Unreported + 1 : Unreported, Unpriced = usd is null ? Unpriced.Add(of) : Unpriced,
        };
        return (charged, usd);
    }
}
