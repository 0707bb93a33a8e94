/* The reference problem by hand: the same method as the library's fast path, in C, to say how much
 * of what the machine can do the library reaches. One block of people at a time, side by side.
 *
 * Built by simulation_speed.py with -DREAL=double or float. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define W 64
#define NODES 3
#define WIDTHS 5
#define ENTRIES 11
#define EACH for (int l = 0; l < W; l++)

typedef double Matrix[ENTRIES][W];
enum { M00, M10, M20, M30, M11, M12, M21, M22, M31, M32, M33 };

static void multiply(Matrix out, Matrix a, Matrix b) {
    Matrix c;
#pragma omp simd
    EACH {
        c[M00][l] = a[M00][l] * b[M00][l];
        c[M10][l] = a[M10][l] * b[M00][l] + a[M11][l] * b[M10][l] + a[M12][l] * b[M20][l];
        c[M20][l] = a[M20][l] * b[M00][l] + a[M21][l] * b[M10][l] + a[M22][l] * b[M20][l];
        c[M30][l] = a[M30][l] * b[M00][l] + a[M31][l] * b[M10][l] + a[M32][l] * b[M20][l] +
                    a[M33][l] * b[M30][l];
        c[M11][l] = a[M11][l] * b[M11][l] + a[M12][l] * b[M21][l];
        c[M12][l] = a[M11][l] * b[M12][l] + a[M12][l] * b[M22][l];
        c[M21][l] = a[M21][l] * b[M11][l] + a[M22][l] * b[M21][l];
        c[M22][l] = a[M21][l] * b[M12][l] + a[M22][l] * b[M22][l];
        c[M31][l] = a[M31][l] * b[M11][l] + a[M32][l] * b[M21][l] + a[M33][l] * b[M31][l];
        c[M32][l] = a[M31][l] * b[M12][l] + a[M32][l] * b[M22][l] + a[M33][l] * b[M32][l];
        c[M33][l] = a[M33][l] * b[M33][l];
    }
    memcpy(out, c, sizeof(Matrix));
}

static const int DIAGONAL[4] = {M00, M11, M22, M33};

static void exponential(Matrix out, Matrix rates, double step) {
    Matrix part;
    const int halvings = 4;
    for (int e = 0; e < ENTRIES; e++) EACH part[e][l] = rates[e][l] * step / (1 << halvings);
    memset(out, 0, sizeof(Matrix));
    for (int i = 0; i < 4; i++) EACH out[DIAGONAL[i]][l] = 1;
    for (int term = 11; term > 0; term--) {
        multiply(out, part, out);
        for (int e = 0; e < ENTRIES; e++) EACH out[e][l] /= term;
        for (int i = 0; i < 4; i++) EACH out[DIAGONAL[i]][l] += 1;
    }
    for (int i = 0; i < halvings; i++) multiply(out, out, out);
}

typedef struct {
    REAL keep[3][4], weight[3][4][3]; /* of release, receptors and relief */
} Filters;

static void block(int people, int first, const double *clearance, const double *volume,
                  const double *absorption, const double *half, int days, const double *doses,
                  int panels, const int *width, const Filters *filters, const double *nodes,
                  REAL *release_out, REAL *relief_out) {
    static const double exchange = 100, peripheral = 1500, site = 0.3;
    Matrix rates, at[NODES], through;
    static _Thread_local REAL row[WIDTHS][NODES][4][W], step[WIDTHS][ENTRIES][W];
    REAL c50[W], gut[W], plasma[W], tissue[W], effect[W], e[W], r[W], i[W];
    memset(rates, 0, sizeof rates);
    EACH {
        int p = first + (first + l < people ? l : 0);
        rates[M00][l] = -absorption[p];
        rates[M10][l] = absorption[p];
        rates[M11][l] = -(clearance[p] + exchange) / volume[p];
        rates[M12][l] = exchange / peripheral;
        rates[M21][l] = exchange / volume[p];
        rates[M22][l] = -exchange / peripheral;
        rates[M31][l] = site * 1000 / volume[p];
        rates[M33][l] = -site;
        c50[l] = half[p];
        gut[l] = plasma[l] = tissue[l] = effect[l] = e[l] = r[l] = i[l] = 0;
    }
    for (int n = 0; n < NODES; n++) exponential(at[n], rates, nodes[n]);
    exponential(through, rates, nodes[NODES]);
    for (int w = 0; w < WIDTHS; w++) {
        static const int site_row[4] = {M30, M31, M32, M33};
        for (int n = 0; n < NODES; n++)
            for (int s = 0; s < 4; s++) EACH row[w][n][s][l] = at[n][site_row[s]][l];
        for (int k = 0; k < ENTRIES; k++) EACH step[w][k][l] = through[k][l];
        for (int n = 0; n < NODES; n++) multiply(at[n], at[n], at[n]);
        multiply(through, through, through);
    }
    for (int d = 0; d < days; d++) {
        EACH gut[l] += doses[d];
        for (int k = 0; k < panels; k++) {
            int w = width[k];
            const Filters *f = &filters[w];
#pragma omp simd
            EACH {
                REAL b[NODES], acc = 0;
                for (int n = 0; n < NODES; n++) {
                    REAL c = row[w][n][0][l] * gut[l] + row[w][n][1][l] * plasma[l] +
                             row[w][n][2][l] * tissue[l] + row[w][n][3][l] * effect[l];
                    b[n] = c / (c + c50[l]);
                }
                for (int n = 0; n < NODES; n++) {
                    REAL en = f->keep[0][n] * e[l], rn = f->keep[1][n] * r[l];
                    for (int j = 0; j < NODES; j++) {
                        en += f->weight[0][n][j] * b[j];
                        rn += f->weight[1][n][j] * b[j];
                    }
                    REAL x = (1 + en) * (1 + rn) * (1 - b[n]) - 1;
                    REAL above = (x + (REAL)sqrt(x * x + (REAL)0.01)) * (REAL)0.5;
                    acc += f->weight[2][3][n] * (above / (1 + above));
                }
                REAL en = f->keep[0][3] * e[l], rn = f->keep[1][3] * r[l];
                for (int j = 0; j < NODES; j++) {
                    en += f->weight[0][3][j] * b[j];
                    rn += f->weight[1][3][j] * b[j];
                }
                i[l] = f->keep[2][3] * i[l] + acc;
                e[l] = en;
                r[l] = rn;
                REAL g = gut[l], p = plasma[l], t = tissue[l], x = effect[l];
                gut[l] = step[w][M00][l] * g;
                plasma[l] = step[w][M10][l] * g + step[w][M11][l] * p + step[w][M12][l] * t;
                tissue[l] = step[w][M20][l] * g + step[w][M21][l] * p + step[w][M22][l] * t;
                effect[l] = step[w][M30][l] * g + step[w][M31][l] * p + step[w][M32][l] * t +
                            step[w][M33][l] * x;
            }
        }
        EACH if (first + l < people) {
            release_out[(size_t)d * people + first + l] = 1 + e[l];
            relief_out[(size_t)d * people + first + l] = i[l];
        }
    }
}

void twin(int people, const double *clearance, const double *volume, const double *absorption,
          const double *half, int days, const double *doses, int panels, const int *width,
          const Filters *filters, const double *nodes, REAL *release_out, REAL *relief_out) {
#pragma omp parallel for schedule(dynamic)
    for (int first = 0; first < people; first += W)
        block(people, first, clearance, volume, absorption, half, days, doses, panels, width,
              filters, nodes, release_out, relief_out);
}
