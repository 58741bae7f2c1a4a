/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Says the voltage of each analog input, then what the first does in a tenth of a second. */
#include "adc.h"
#include "line.h"

#define RATE 1000u /* a second */
#define SAMPLES 100u

static void say_input(uint32_t input)
{
    struct line line = {.len = 0};
    uint16_t sample;

    line_add(&line, "adc: input ");
    line_add_u32(&line, input);
    if (adc_sample(input, &sample)) {
        line_add(&line, " has ");
        line_add_u32(&line, adc_millivolts(sample));
        line_add(&line, " mV");
    } else {
        line_add(&line, " cannot be read");
    }
    line_print(&line);
}

static void say_recording(void)
{
    static uint16_t samples[SAMPLES];
    uint32_t count = adc_fill(0, RATE, samples, SAMPLES);
    uint32_t least = UINT16_MAX;
    uint32_t most = 0;
    struct line line = {.len = 0};

    for (uint32_t n = 0; n < count; n++) {
        least = samples[n] < least ? samples[n] : least;
        most = samples[n] > most ? samples[n] : most;
    }
    line_add(&line, "adc: ");
    line_add_u32(&line, count);
    line_add(&line, " samples");
    if (count != 0) {
        line_add(&line, ", ");
        line_add_u32(&line, adc_millivolts(least));
        line_add(&line, " to ");
        line_add_u32(&line, adc_millivolts(most));
        line_add(&line, " mV");
    }
    line_print(&line);
}

int main(void)
{
    uint32_t count = adc_count();
    struct line line = {.len = 0};

    if (count == 0) {
        line_add(&line, "adc: this board has no ADC driver");
        line_print(&line);
        return 0;
    }
    line_add(&line, "adc: inputs of ");
    line_add_u32(&line, adc_bits());
    line_add(&line, " bits: ");
    line_add_u32(&line, count);
    line_print(&line);
    for (uint32_t input = 0; input < count; input++) {
        say_input(input);
    }
    say_recording();
    return 0;
}
