using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol.Messages;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.TestSupport;

/// <summary>Settings of histories: small bounds, and prices that are easy to add up.</summary>
internal static class Terms
{
    public const string Model = "model";
    public const string AsrModel = "asr";

    public static readonly OutOfBandSettings OutOfBand = new(
        new ContextScope.Full(), MaxInFlight: 2, Queue: 4, Retries: 1, AnswerWithin: Seconds(5), Timeout: Seconds(15),
        LateWithin: Seconds(60));

    public static readonly TurnSettings Join = new(
        AsrModel, AsrTimeout: Seconds(15), Transcribe: true, Prompt.Of("Write down what was said."), Settle: Seconds(1), Drain: Seconds(20),
        ManualAnswers: false);

    /// <summary>USD 1 per million output tokens of the model, USD 2 per million input tokens of the ASR.</summary>
    public static readonly PriceList Prices = new([new ModelPrice(Model) { TextOut = 1 }, new ModelPrice(AsrModel) { AudioIn = 2 }]);
}
