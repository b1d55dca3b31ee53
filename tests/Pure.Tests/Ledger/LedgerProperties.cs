using RealtimeAkka.Actors.Stations;
using FsCheck;
using FsCheck.Fluent;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using RealtimeAkka.Pure.Tests.Turns;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Ledger;

/// <summary>Properties of every ledger, for any reports in any order, any number of times.</summary>
public class LedgerProperties
{
    private const string Model = "gpt-realtime";
    private const string AsrModel = "gpt-4o-transcribe";

    private static readonly string[] Purposes = ["conversation", "transcription", "summary", "validation", "asr"];

    [Fact]
    public void The_sum_over_purposes_is_the_total_and_each_id_is_in_it_once()
    {
        var charges = from purpose in Gen.Elements(Purposes) from id in Gen.Choose(
            1, 30) from usage in Usages select (Purpose: purpose, Id: $"{purpose}{id}", Usage: usage);
        Check(charges.ListOf().SelectMany(drawn => Repeated(drawn.DistinctBy(charge => charge.Id))), history =>
        {
            var ledger = new CostLedger(Shipped.Prices, Model, AsrModel, new ContextScope.Full());
            foreach (var (purpose, id, usage) in history) ledger =
                ledger.On(purpose == "asr" ? Asr(id, "x", usage)
                : Done(id, "x", usage: usage, metadata: purpose == "conversation" ? null : Metadata("i", task: purpose)));

            var once = history.DistinctBy(charge => charge.Id).ToList();
            decimal Sum(string purpose) => once.Where(charge => charge.Purpose == purpose).Sum(charge => Cost(purpose, charge.Usage));
            var totals = ledger.Totals;
            return totals.Transcription == Sum("transcription") && totals.Asr == Sum("asr") && totals.Conversation == Sum("conversation")
                && totals.Tasks.ByTask.All(task => task.Value == Sum(task.Key)) && totals.Tasks.Usd == Sum("summary") + Sum("validation")
                && totals.Total == once.Sum(charge => Cost(charge.Purpose, charge.Usage))
                && totals.Total == totals.Transcription + totals.Asr + totals.Conversation + totals.Tasks.Usd;
        });
    }

    [Fact]
    public void What_the_turns_and_answers_say_they_cost_is_what_the_session_costs()
    {
        var turn = from oob in Usages from asr in Usages from answer in Usages select (Oob: oob, Asr: asr, Answer: answer);
        var histories = from turns in turn.ListOf()
                        let events = turns.Take(20).SelectMany((usages, i) => (ServerEvent[])
                        [
                            Done($"oob{i}", "x", usage: usages.Oob, metadata: Metadata($"i{i}", i + 1)), Asr($"i{i}", "x", usages.Asr),
                            Done($"answer{i}", "x", usage: usages.Answer),
                        ])
                        from shuffled in Repeated(events)
                        select (Turns: Math.Min(turns.Count, 20), Events: shuffled);
        Check(histories, history =>
        {
            var call = new Call(history.Turns);
            foreach (var e in history.Events) call.Hear(e);
            return call.Records.OfType<TurnJoined>().Count() == history.Turns && call.Told == call.Ledger.Total;
        });
    }

    [Fact]
    public void A_cost_only_rises_with_what_is_used_and_only_falls_with_what_comes_from_the_cache()
    {
        var counts = Gen.Choose(0, 100_000).Select(n => (long)n);
        var tokens =
            from textIn in counts from audioIn in counts from imageIn in counts from cachedText in counts from cachedAudio in counts from cachedImage in counts from textOut in counts from audioOut in counts
                     select new Usage.Tokens(textIn, audioIn, imageIn, Math.Min(textIn, cachedText), Math.Min(audioIn, cachedAudio),
                     Math.Min(imageIn, cachedImage), textOut, audioOut);
        var priced = Shipped.Prices.Models.Where(price => price is { ImageIn: not null, AudioOut: not null }).ToList();
        Assert.True(priced.Count >= 6);
        Check(from usage in tokens from more in Gen.Choose(1, 1000) from price in Gen.Elements(
            priced.ToArray()) select (usage, more, price), drawn =>
        {
            var (usage, more, price) = drawn;
            var cost = price.Cost(usage);
            Usage.Tokens[] dearer =
            [
                usage with { TextIn = usage.TextIn + more }, usage with { AudioIn = usage.AudioIn + more },
                usage with { ImageIn = usage.ImageIn + more },
                usage with { TextOut = usage.TextOut + more }, usage with { AudioOut = usage.AudioOut + more },
            ];
            Usage.Tokens[] cheaper =
            [
                usage with { CachedText = Math.Min(usage.TextIn, usage.CachedText + more) },
                usage with { CachedAudio = Math.Min(usage.AudioIn, usage.CachedAudio + more) },
                usage with { CachedImage = Math.Min(usage.ImageIn, usage.CachedImage + more) },
            ];
            return cost >= 0 && dearer.All(other => price.Cost(other) > cost) && cheaper.All(other => price.Cost(other) <= cost);
        });
    }

    [Fact]
    public void Seconds_cost_more_the_more_there_are() =>
        Check(from seconds in Gen.Choose(0, 1_000_000) from more in Gen.Choose(1, 10_000) select (seconds / 100m, more / 100m), drawn =>
            Shipped.Prices.Cost("whisper-1", new Usage.Duration(drawn.Item1)) is >= 0 and var cost
            && Shipped.Prices.Cost("whisper-1", new Usage.Duration(drawn.Item1 + drawn.Item2)) >= cost);

    [Fact]
    public void However_little_sense_a_report_makes_no_more_is_cached_than_was_sent_and_no_cost_is_negative() =>
        Check(from usage in Nonsense from unclaimed in Gen.Elements(Modality.Text, Modality.Audio) select (usage, unclaimed),
        drawn => Usage.Read(RawJson.Parse(drawn.usage), drawn.unclaimed) switch
        {
            null => true,
            Usage.Undivided u => Shipped.Prices.Cost("gpt-realtime", u) is null,
            Usage.Tokens t
                => 0 <= t.CachedText && t.CachedText <= t.TextIn && 0 <= t.CachedAudio && t.CachedAudio <= t.AudioIn && 0 <= t.CachedImage
                && t.CachedImage <= t.ImageIn
                && t is { TextOut: >= 0, AudioOut: >= 0 } && Shipped.Prices.Cost(Model, t) >= 0,
            Usage.Duration d => d.Seconds >= 0,
            _ => false,
        });

    // A usage as a correct server reports it.
    private static readonly Gen<string> Usages =
        from text in Gen.Choose(0, 5000)
        from audio in Gen.Choose(0, 5000)
        from cachedText in Gen.Choose(0, text)
        from cachedAudio in Gen.Choose(0, audio)
        from output in Gen.Choose(0, 500)
        select $$$"""
            {"input_tokens":{{{text + audio}}},"output_tokens":{{{output}}},"input_token_details":{"text_tokens":{{{text}}},"audio_tokens":{{{audio}}},
             "cached_tokens":{{{cachedText + cachedAudio}}},"cached_tokens_details":{"text_tokens":{{{cachedText}}},"audio_tokens":{{{cachedAudio}}}}},"output_token_details":{"text_tokens":{{{output}}}}}
            """;

    // The same fields with arbitrary values, or missing.
    private static readonly Gen<string> Nonsense =
        from values in Gen.Frequency((19, Gen.Choose(0, 5000).Select(n => $"{n}")),
        (1, Gen.Elements("null", "-1", "\"7\"", "1e30", "2147483648", "1.5", "{}", "[]", "true"))).ArrayOf(12)
        from missing in Gen.Choose(0, 4095)
        select Fields(values, missing);

    private static string Fields(string[] values, int missing)
    {
        string Object(int from, params string[] names) =>
            "{" + string.Join(',', names.Select((name, i) => (name, i: from + i)).Where(field => (missing >> field.i & 1) == 0)
            .Select(field => $"\"{field.name}\":{values[field.i]}")) + "}";
        string Nested(string outer, string name, string inner) =>
            outer.Length == 2 ? $$"""{"{{name}}":{{inner}}}""" : $$"""{{outer[..^1]}},"{{name}}":{{inner}}}""";

        var cached = Object(8, "text_tokens", "audio_tokens", "image_tokens");
        var input = Nested(Object(4, "text_tokens", "audio_tokens", "image_tokens", "cached_tokens"), "cached_tokens_details", cached);
        return Nested(Nested(Object(0, "input_tokens", "output_tokens", "total_tokens", "seconds"), "input_token_details", input),
            "output_token_details", Object(10, "text_tokens", "audio_tokens"));
    }

    // Every element at least once, in any order.
    private static Gen<IReadOnlyList<T>> Repeated<T>(IEnumerable<T> elements)
    {
        var all = elements.ToArray();
        return from again in all.Length == 0 ? Gen.Constant(new List<T>())
            : Gen.Elements(all).ListOf(all.Length / 2).Select(list => list.ToList())
               from shuffled in Gen.Shuffle((IEnumerable<T>)[.. all, .. again])
               select (IReadOnlyList<T>)shuffled;
    }

    private static decimal Cost(string purpose, string usage) =>
        purpose == "asr" ? Shipped.Prices.Cost(AsrModel, Usage.Read(RawJson.Parse(usage), Modality.Audio))!.Value
        : Shipped.Prices.Cost(Model, Usage.Read(RawJson.Parse(usage), Modality.Text))!.Value;

    private static void Check<T>(Gen<T> gen, Func<T, bool> holds) =>
        Prop.ForAll(gen.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    // The rules of a session, applied to one call together with its ledger.
    private sealed class Call
    {
        private TurnJoin _join = new(TurnStory.Settings with { AsrModel = AsrModel }, "s", Shipped.Prices);
        private AnswerTracker _answers = new("s", Model, Shipped.Prices);
        private OutOfBandTracker _tracker =
            new OutOfBandTracker(new OutOfBandSettings(new ContextScope.Full(), 100, 100, 0, Seconds(5), Seconds(15), Seconds(60)),
            Shipped.Prices, Model).Opened(default).Next;

        public Call(int turns)
        {
            for (var i = 0; i < turns; i++)
            {
                Hear(Committed($"i{i}"));
                Hear(Added($"i{i}"));
                Hear(Created($"oob{i}", Metadata($"i{i}", i + 1)));
                Hear(Created($"answer{i}"));
            }
        }

        public CostLedger Ledger { get; private set; } = new(Shipped.Prices, Model, AsrModel, new ContextScope.Full());

        public List<SessionRecord> Records { get; } = [];

        public decimal? Told =>
            Records.Sum(record => record switch { TurnJoined turn => turn.Oob.CostUsd + turn.Asr.CostUsd, AssistantReplied answer
            => answer.CostUsd, _ => 0m });

        public void Hear(ServerEvent e)
        {
            Ledger = Ledger.On(e);
            Take(_tracker.On(e, TimeSpan.Zero));
            // not for turns
            if (e is ResponseCreated { Response.Metadata: not null } or ResponseDone { Response.Metadata: not null }) return;

            var step = _answers.On(e, _join.Newest, _join.NumberOf, TimeSpan.Zero);
            _answers = step.Next;
            Records.AddRange(step.Decisions.OfType<AnswerDecision.Publish>().Select(emit => emit.Record));
            Take(_join.On(e, TimeSpan.Zero));
        }

        private void Take(Step<TurnJoin, TurnDecision> step)
        {
            _join = step.Next;
            foreach (var decision in step.Decisions)
            {
                if (decision is TurnDecision.Publish emit) Records.Add(emit.Record);
                if (decision is TurnDecision.Transcribe ask) Take(_tracker.Ask(ask.Request, TimeSpan.Zero));
            }
        }

        private void Take(Step<OutOfBandTracker, OutOfBandDecision> step)
        {
            _tracker = step.Next;
            foreach (var report in step.Decisions.OfType<OutOfBandDecision.Report>()) Take(_join.On(report.Result, TimeSpan.Zero));
        }
    }
}
